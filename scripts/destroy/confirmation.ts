import { createInterface } from 'node:readline';

/** Asks for the environment's name on the terminal. Answers whether it was given; no answer is none. */
export async function confirmed(environment: string, input: NodeJS.ReadableStream): Promise<boolean> {
  const lines = createInterface({ input });
  try {
    for await (const line of lines) return line.trim() === environment;
    return false;
  } finally {
    lines.close();
  }
}
