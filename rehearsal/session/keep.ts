import { listenerAddress } from '../cloud/services/elastic-load-balancing-v2';
import type { Cloud, Environment } from '../cloud/state';
import { placesOf, type Installation } from './installation';
import { administrator } from './toolkit';
import { healthRequests, productionListener } from './traffic';

export interface Kept {
  remote: string;
  branch: string;
  cloud: Cloud;
  installation: Installation;
  stages: { name: string; env: Environment }[];
}

/** What a person needs to know while the cloud stays up. */
export function welcome({ remote, branch, cloud, installation, stages }: Kept): string[] {
  const listeners = stages.flatMap(({ name, env }) =>
    [
      { port: 443, use: 'production' },
      { port: 9443, use: 'test' },
    ].flatMap(({ port, use }) => {
      const listener = productionListener(env, port);
      const url = listener && listenerAddress(env, listener.id);
      if (!listener || !url) return [];
      const { path = '', headers = {} } = healthRequests(env, listener.id)[0] ?? {};
      const options = Object.entries(headers).map(([header, value]) => ` -H '${header}: ${value}'`);
      return [`  ${name.padEnd(8)} ${use.padEnd(11)} ${url}${path}${options.join('')}`];
    }),
  );
  const { account, region } = installation.tooling;
  const settings = Object.entries(administrator(cloud, account, region)).map(([name, value]) => `${name}=${value}`);
  const accounts = placesOf(installation).map((p) => `${p.name} ${p.account}`);
  return [
    '',
    'The cloud stays up until you press Ctrl-C.',
    `Deliver another commit:   git push ${remote} HEAD:${branch}`,
    'Load balancers (self-signed certificates: curl --insecure):',
    ...(listeners.length ? listeners : ['  none yet']),
    'AWS CLI and CDK CLI, as the administrator of the tooling account:',
    `  export ${settings.join(' ')}`,
    `  another account: AWS_ACCESS_KEY_ID=AKIA<account>0000 (${accounts.join(', ')})`,
  ];
}

export const stillUp = ({ remote, branch }: Kept): string[] => [
  `Still up: git push ${remote} HEAD:${branch}, or Ctrl-C.`,
];
