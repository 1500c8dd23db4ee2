// The environment of a build: everything is named here, and nothing is inherited that is not.
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Cloud } from '../cloud/state';
import { dockerStandIn } from '../cloud/runtime/docker';

export interface Folders {
  /** Everything of one build. */
  root: string;
  home: string;
  /** What `npm install -g` fills. */
  npmPrefix: string;
  scratch: string;
}

export function makeFolders(root: string): Folders {
  const folders = { root, home: join(root, 'home'), npmPrefix: join(root, 'npm'), scratch: join(root, 'commands') };
  for (const folder of [folders.home, join(folders.npmPrefix, 'bin'), folders.scratch, join(root, 'tmp')]) {
    mkdirSync(folder, { recursive: true });
  }
  return folders;
}

/** How a desk reaches its network and package registry; a build needs the same. */
const networkVariables = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'npm_config_registry'],
];

/** What every build has, before the variables of its project. */
export function baseEnvironment(cloud: Cloud, region: string, folders: Folders): Record<string, string> {
  const given = networkVariables.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  const direct = [process.env.NO_PROXY, process.env.no_proxy, '127.0.0.1,localhost'].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(given),
    NO_PROXY: direct,
    no_proxy: direct,
    PATH: [dockerStandIn(cloud), join(folders.npmPrefix, 'bin'), ...toolFolders()].join(delimiter),
    HOME: folders.home,
    TMPDIR: join(folders.root, 'tmp'),
    LANG: 'C.UTF-8',
    // The cache of whoever runs the rehearsal: packages are not downloaded again.
    npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
    npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
    npm_config_prefix: folders.npmPrefix,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_loglevel: 'error',
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // The SDK's notice about Node 20 would stand in every log.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // The waits of a program that polls are as much shorter as the cloud's are.
    POLL_SECONDS: '0.2',
    PATIENCE_SECONDS: String(cloud.clock.milliseconds(600) / 1000),
    WAIT_SECONDS: String(cloud.clock.milliseconds(900) / 1000),
    CODEBUILD_CI: 'true',
  };
}

/** Folders of this node, npm, git and bash, then the system's. */
function toolFolders(): string[] {
  const path = (process.env.PATH ?? '').split(delimiter);
  const holding = (tool: string) => path.find((folder) => existsSync(join(folder, tool)));
  const found = [
    dirname(process.execPath),
    ...['npm', 'git', 'bash'].map(holding),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
  ];
  return [...new Set(found.filter((folder): folder is string => folder !== undefined))];
}
