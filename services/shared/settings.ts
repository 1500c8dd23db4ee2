export interface Credentials {
  username: string;
  password: string;
}

/** Reads settings from environment variables and gathers everything that is wrong, so that one start shows all of it. */
export class Settings {
  private readonly problems: string[] = [];

  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  /** Is the variable there, and not empty? */
  has(name: string): boolean {
    return Boolean(this.variables[name]);
  }

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

  /** Address of another service, as in 'http://fraud-detection.payment-dev.internal:8081'; undefined where the variable is absent. */
  url(name: string): URL | undefined {
    const value = this.variables[name];
    if (value === undefined) return undefined;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url && ['http:', 'https:'].includes(url.protocol)) return url;
    this.problems.push(`${name} is '${value}': use an address that begins with http:// or https://`);
    return undefined;
  }

  /** A name and a password, as RDS keeps them in its secrets: JSON with `username` and `password`. */
  credentials(name: string): Credentials {
    const { username, password } = parsed(this.text(name)) as Partial<Credentials>;
    if (typeof username === 'string' && username && typeof password === 'string' && password)
      return { username, password };
    if (this.has(name)) this.problems.push(`${name} is not JSON with a username and a password`);
    return { username: '', password: '' };
  }

  /** Keys to sign with, one a line: the first signs, each is accepted. None where the variable is absent; there, it has to hold one. */
  keys(name: string): string[] {
    const value = this.variables[name];
    const keys = (value ?? '').split('\n').filter(Boolean);
    if (value !== undefined && !keys.length) this.problems.push(`${name} holds no key`);
    if (keys.some((key) => key.length < 16)) this.problems.push(`${name} has a key of less than 16 characters`);
    return keys;
  }

  /** Notes what is wrong beside what these methods find themselves. */
  problem(text: string): void {
    this.problems.push(text);
  }

  /** Throws an error that names every wrong variable, and no secret's value. Call it after the last setting is read. */
  check(): void {
    if (this.problems.length) throw new Error(`Wrong environment variables: ${this.problems.join('; ')}`);
  }
}

/** The object that the JSON holds; an empty one where it holds none. */
export function parsed(json: string): object {
  try {
    return Object(JSON.parse(json)) as object;
  } catch {
    return {};
  }
}
