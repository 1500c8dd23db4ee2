/** Where these are. */
export const at = (of: readonly { readonly at: string }[]): string[] => of.map((one) => one.at);
