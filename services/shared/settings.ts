/** Reads settings from environment variables and gathers everything that is wrong, so that one start shows all of it. */
export class Settings {
  private readonly problems: string[] = [];

  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  /** A variable that has to be there and not be empty. */
  text(name: string): string {
    const value = this.variables[name];
    if (!value) this.problems.push(`${name} is not set`);
    return value ?? '';
  }

  /** A whole number from `lowest` to `highest`; `otherwise` where the variable is absent. */
  integer(name: string, lowest: number, highest: number, otherwise?: number): number {
    const value = this.variables[name];
    if (value === undefined && otherwise !== undefined) return otherwise;
    const number = Number(value);
    if (value && Number.isInteger(number) && number >= lowest && number <= highest) return number;
    this.problems.push(`${name} is '${value ?? ''}': use a whole number from ${lowest} to ${highest}`);
    return lowest;
  }

  /** Address of another service, as in 'http://fraud-detection.payment-dev.internal:8081'. */
  url(name: string): URL {
    const value = this.text(name);
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol === 'http:') return url;
    if (value) this.problems.push(`${name} is '${value}': use an address that begins with http://`);
    return new URL('http://invalid');
  }

  /** Throws an error that names every wrong variable. Call it after the last setting is read. */
  check(): void {
    if (this.problems.length) throw new Error(`Wrong environment variables: ${this.problems.join('; ')}`);
  }
}
