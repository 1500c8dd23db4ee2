type Check<T> = (name: string, check: (item: T) => Promise<void>) => void;

/** One check for each, and none where there is nothing: of an empty table `it.each` makes a check about nothing. */
export const eachOf = <T>(all: readonly T[]): Check<T> => (all.length ? it.each([...all]) : () => undefined);
