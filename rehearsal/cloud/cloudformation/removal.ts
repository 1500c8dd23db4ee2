import { authorize } from './authorization';
import * as hooks from './hooks';
import { inOrder, reversed } from './order';
import type { Stack, StackResource } from './stack';

/** Deletes what exists, the dependents first. The records may be of resources that the stack no longer has. Returns the failures. */
export async function removeAll(stack: Stack, records: StackResource[]): Promise<Map<string, Error>> {
  const byId = new Map(records.filter((record) => record.resource).map((record) => [record.logicalId, record]));
  const graph = [...byId.values()].map(
    ({ logicalId, waitsFor }) => [logicalId, waitsFor.filter((id) => byId.has(id))] as const,
  );
  const removeOne = async (logicalId: string) => {
    const record = byId.get(logicalId)!;
    if (record.deletionPolicy.startsWith('Retain')) return stack.mark(record, 'DELETE_SKIPPED');
    stack.mark(record, 'DELETE_IN_PROGRESS');
    try {
      authorize(stack, 'delete', record.resource!);
      await hooks.remove(record.resource!, stack.env);
    } catch (error: any) {
      stack.mark(record, 'DELETE_FAILED', error.message);
      throw error;
    }
    stack.mark(record, 'DELETE_COMPLETE');
  };
  return inOrder(reversed(new Map(graph.map(([id, waitsFor]) => [id, [...waitsFor]]))), removeOne, false);
}

/** What a rollback deletes although it is retained otherwise: resources that the failed operation itself made. */
export const deletedOnRollback = (record: StackResource): StackResource =>
  record.deletionPolicy === 'RetainExceptOnCreate' ? { ...record, deletionPolicy: 'Delete' } : record;
