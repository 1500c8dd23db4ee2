/** Does the work if node was started with the caller's file, and not if a test imports it. */
export function whenMain(caller: NodeJS.Module, work: () => unknown): void {
  if (require.main === caller) work();
}
