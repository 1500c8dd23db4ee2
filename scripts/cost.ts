import { parseArgs } from 'node:util';
import { readConfiguration } from '../stages/configuration';
import { systemNamed } from '../stages/systems';
import { estimate, type Estimate } from './cost/estimate';
import { total, usd } from './cost/lines';
import { details, footnotes, table } from './cost/report';

const usage = 'Usage: npm run cost -- [--system <name>] [--environment <name>] [--json]';

function main(): void {
  const { system: asked, environment, json } = readOptions();
  const configuration = readConfiguration();
  const system = systemNamed(asked ?? configuration.system);
  const estimated = estimate(system, configuration);
  const part = environment ? partNamed(estimated, environment) : undefined;
  if (json) {
    const parts = (part ? [part] : estimated.parts).map((p) => ({
      ...p,
      usd: total(p.lines),
      lines: p.lines.map((line) => ({ ...line, usd: usd(line) })),
    }));
    console.log(JSON.stringify({ ...estimated, parts }, null, 2));
    return;
  }
  console.log(`${part ? `${system.name}, ${details(part)}` : table(estimated)}\n\n${footnotes()}`);
}

function partNamed({ parts }: Estimate, name: string): Estimate['parts'][number] {
  const found = parts.find((part) => part.name === name);
  if (found) return found;
  throw new Error(
    `There is no environment '${name}': there are ${parts.map((part) => part.name).join(', ')}\n${usage}`,
  );
}

function readOptions(): { system?: string; environment?: string; json?: boolean } {
  const options = {
    system: { type: 'string' },
    environment: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`, { cause: error });
  }
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
