// The part of Dockerfiles that needs no container: what an image's last stage copies and configures.

export type Instruction =
  | { kind: 'FROM'; base: string }
  | { kind: 'WORKDIR'; path: string }
  | { kind: 'COPY'; sources: string[]; target: string; owner?: string }
  | { kind: 'ENV' | 'LABEL'; pairs: Record<string, string> }
  | { kind: 'EXPOSE'; ports: string[] }
  | { kind: 'USER'; user: string }
  | { kind: 'CMD' | 'ENTRYPOINT'; command: string[] };

/** Reads a Dockerfile. Throws, with the line's number, for what cannot be done without a container engine. */
export function parseDockerfile(text: string): Instruction[] {
  const instructions = logicalLines(text).map(({ line, number }) => {
    const [, keyword = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line)!;
    try {
      return instruction(keyword.toUpperCase(), rest.trim());
    } catch (error) {
      throw new Error(`Dockerfile:${number}: ${(error as Error).message}`, { cause: error });
    }
  });
  const stages = instructions.filter((i) => i.kind === 'FROM').length;
  if (instructions[0]?.kind !== 'FROM') throw new Error('Dockerfile: it must begin with FROM');
  if (stages > 1)
    throw new Error('Dockerfile: it has several stages; without a container engine only one FROM can be followed');
  return instructions;
}

function instruction(keyword: string, rest: string): Instruction {
  switch (keyword) {
    case 'FROM':
      return { kind: 'FROM', base: words(rest).find((word) => !word.startsWith('--'))! };
    case 'WORKDIR':
      return { kind: 'WORKDIR', path: rest };
    case 'COPY':
      return copy(rest);
    case 'ENV':
    case 'LABEL':
      return { kind: keyword, pairs: pairs(rest) };
    case 'EXPOSE':
      return { kind: 'EXPOSE', ports: words(rest).map((port) => (port.includes('/') ? port : `${port}/tcp`)) };
    case 'USER':
      return { kind: 'USER', user: rest };
    case 'CMD':
    case 'ENTRYPOINT':
      return { kind: keyword, command: execForm(keyword, rest) };
    default:
      throw new Error(
        `${keyword} needs a container engine; the docker of a rehearsal knows FROM, WORKDIR, COPY, ENV, LABEL, EXPOSE, USER, CMD and ENTRYPOINT`,
      );
  }
}

function copy(rest: string): Instruction {
  const all = rest.startsWith('[') ? (JSON.parse(rest) as string[]) : words(rest);
  const flags = all.filter((word) => word.startsWith('--'));
  const unknown = flags.find((flag) => !/^--(chown|link)\b/.test(flag));
  if (unknown) throw new Error(`COPY ${unknown.split('=')[0]} needs a container engine`);
  const paths = all.filter((word) => !word.startsWith('--'));
  if (paths.length < 2) throw new Error('COPY needs a source and a target');
  const owner = flags.find((flag) => flag.startsWith('--chown='))?.slice('--chown='.length);
  return { kind: 'COPY', sources: paths.slice(0, -1), target: paths.at(-1)!, owner };
}

function execForm(keyword: string, rest: string): string[] {
  if (!rest.startsWith('['))
    throw new Error(
      `write ${keyword} in its exec form, as in ${keyword} ["node", "server.js"]: the shell form needs the base image's shell`,
    );
  return JSON.parse(rest) as string[];
}

function pairs(rest: string): Record<string, string> {
  const found = [...rest.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)];
  const [, name = '', value = ''] = /^([\w.-]+)\s+(.+)$/.exec(rest) ?? [];
  if (!found.length) return { [name]: value };
  return Object.fromEntries(
    found.map(([, key, text]) => [key!, text!.replace(/^(["'])([\s\S]*)\1$/, '$2').replace(/\\"/g, '"')]),
  );
}

const words = (text: string) => text.split(/\s+/).filter(Boolean);

function logicalLines(text: string): { line: string; number: number }[] {
  const result: { line: string; number: number }[] = [];
  let open: { line: string; number: number } | undefined;
  text.split(/\r?\n/).forEach((raw, i) => {
    if (/^\s*#/.test(raw) || (!raw.trim() && !open)) return;
    const continued = /\\\s*$/.test(raw);
    const part = raw.replace(/\\\s*$/, '').trim();
    if (open) open.line += ` ${part}`;
    else result.push((open = { line: part, number: i + 1 }));
    if (!continued) open = undefined;
  });
  return result.filter(({ line }) => line);
}
