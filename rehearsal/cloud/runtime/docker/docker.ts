// `docker` for builds of a rehearsal: it knows the three commands that the pipeline uses, and makes images without a container engine.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildImage, type Image } from './image';
import { parseReference, push } from './push';

const folder = join(homedir(), '.docker-stand-in');
const logins = join(folder, 'logins.json');
const fileOf = (reference: string) => join(folder, `${encodeURIComponent(reference)}.json`);
const usage = `the docker of a rehearsal knows only:
  docker login --username AWS --password-stdin <registry>
  docker build --platform linux/amd64 --tag <image> <folder>
  docker push <image>`;

/** Splits into the expected options and what else is there. Throws for anything unknown. */
function read(given: string[], valued: string[], flags: string[]): { options: Record<string, string>; rest: string[] } {
  const options: Record<string, string> = {};
  const rest: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const [name = '', value] = given[i]!.split(/=(.*)/s);
    if (valued.includes(name)) options[name] = value ?? given[++i] ?? '';
    else if (flags.includes(name)) options[name] = 'true';
    else if (name.startsWith('-')) throw new Error(`unknown option ${name}: ${usage}`);
    else rest.push(given[i]!);
  }
  return { options, rest };
}

async function login(given: string[]): Promise<void> {
  const { options, rest } = read(given, ['--username'], ['--password-stdin']);
  const registry = (rest[0] ?? '').replace(/^https:\/\//, '');
  if (options['--username'] !== 'AWS' || !options['--password-stdin'] || !registry) throw new Error(usage);
  const password = readFileSync(0, 'utf8').trim();
  if (!password) throw new Error('login: the password on standard input is empty');
  const known: string[] = existsSync(logins) ? JSON.parse(readFileSync(logins, 'utf8')) : [];
  writeFileSync(logins, JSON.stringify([...known, registry]));
  console.log('Login Succeeded');
}

async function build(given: string[]): Promise<void> {
  const { options, rest } = read(given, ['--platform', '--tag', '-t'], []);
  const reference = options['--tag'] ?? options['-t'];
  if (!reference || rest.length !== 1) throw new Error(usage);
  if (options['--platform'] !== 'linux/amd64')
    throw new Error(`build: name the platform of the tasks: --platform linux/amd64`);
  const image = await buildImage(rest[0]!);
  writeFileSync(
    fileOf(reference),
    JSON.stringify(image, (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64') : value,
    ),
  );
  console.log(
    `${image.manifest.digest} ${reference}: ${image.layers.length} layers of the context; the base image was not pulled and the Dockerfile not built`,
  );
}

async function pushImage([reference = '']: string[]): Promise<void> {
  const place = parseReference(reference);
  if (!existsSync(fileOf(reference)))
    throw new Error(`An image does not exist locally with the tag: ${reference.split(':')[0]}`);
  const registry = reference.split('/')[0]!;
  const known: string[] = existsSync(logins) ? JSON.parse(readFileSync(logins, 'utf8')) : [];
  if (!known.includes(registry)) throw new Error(`no basic auth credentials for ${registry}: run docker login first`);
  const revive = (key: string, value: unknown) => (key === 'content' ? Buffer.from(value as string, 'base64') : value);
  const image = JSON.parse(readFileSync(fileOf(reference), 'utf8'), revive) as Image;
  await push(image, place);
  console.log(`${place.tag}: digest: ${image.manifest.digest} size: ${image.manifest.content.length}`);
}

const commands: Record<string, (given: string[]) => Promise<void>> = { login, build, push: pushImage };
const [command = '', ...given] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const perform = commands[command] ?? (() => Promise.reject(new Error(`unknown command '${command}': ${usage}`)));
perform(given).catch((error: Error) => {
  console.error(`docker: ${error.message}`);
  process.exitCode = 1;
});
