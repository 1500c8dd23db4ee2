import type { Environment } from '../state';
import { liveStacks, type Output, type Stack } from './stack';

export interface Export {
  name: string;
  value: string;
  stack: Stack;
}

export function exportsOf(env: Environment): Export[] {
  return liveStacks(env).flatMap((stack) =>
    stack.outputs.filter((o) => o.exportName).map((o) => ({ name: o.exportName!, value: o.value, stack })),
  );
}

/** Stacks that use an export. */
export const importersOf = (env: Environment, name: string) =>
  liveStacks(env).filter((stack) => stack.imports.has(name));

const usersBeside = (stack: Stack, exportName: string) =>
  importersOf(stack.env, exportName)
    .filter((other) => other !== stack)
    .map((other) => other.name);

/** a, b and c */
const listed = (names: string[]) => [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part).join(' and ');

/** Why a stack's outputs may not become these; undefined where they may. */
export function exportProblem(stack: Stack, outputs: Output[]): string | undefined {
  for (const { exportName, value } of stack.outputs) {
    const users = exportName ? usersBeside(stack, exportName) : [];
    const next = outputs.find((output) => output.exportName === exportName);
    if (users.length && next?.value !== value) {
      return `Export ${exportName} cannot be ${next ? 'updated' : 'deleted'} as it is in use by ${listed(users)}`;
    }
  }
  const taken = exportsOf(stack.env).find((e) => e.stack !== stack && outputs.some((o) => o.exportName === e.name));
  return taken && `Export with name ${taken.name} is already exported by stack ${taken.stack.name}.`;
}
