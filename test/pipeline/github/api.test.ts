import { GitHub } from '../../../pipeline/github/api';
import { keepComment, keepIssue, markerOf } from '../../../pipeline/github/kept-text';
import { type Answer, gitHubServer } from './github-server';

async function asking<T>(answer: Answer, work: (github: GitHub) => Promise<T>) {
  const server = await gitHubServer(answer);
  const result = await work(new GitHub(server.url, 'acme/pay', 'secret', 1)).catch((error: Error) => error);
  await server.end();
  return { result, asked: server.asked };
}

describe('a call', () => {
  test('goes to the repository, with the token', async () => {
    const { result, asked } = await asking(
      () => ({ body: { id: 7 } }),
      (github) => github.call('POST', 'deployments', { ref: 'x' }),
    );
    expect(result).toEqual({ id: 7 });
    const path = '/repos/acme/pay/deployments';
    expect(asked).toEqual([{ method: 'POST', path, authorization: 'Bearer secret', body: { ref: 'x' } }]);
  });

  test('is tried three times where the server fails, and once where it refuses', async () => {
    const failing = await asking(
      () => ({ status: 502, body: 'bad gateway' }),
      (github) => github.call('GET', 'issues'),
    );
    expect([failing.asked.length, String(failing.result)]).toEqual([3, 'Error: GitHub: GET issues: 502 "bad gateway"']);
    const refused = await asking(
      () => ({ status: 403, body: { message: 'Resource not accessible by integration' } }),
      (github) => github.call('GET', 'issues'),
    );
    expect(refused.asked).toHaveLength(1);
    expect(refused.result).toMatchObject({ status: 403 });
  });

  test('tells why nobody answered', async () => {
    const server = await gitHubServer();
    await server.end();
    const call = new GitHub(server.url, 'acme/pay', 'secret', 1).call('GET', 'issues');
    await expect(call).rejects.toThrow(/GitHub: GET issues: 0 .*ECONNREFUSED/);
  });

  test('of a list reads every page', async () => {
    const { result, asked } = await asking(
      ({ path }) => ({ body: path.endsWith('page=1') ? Array(100).fill(1) : [2] }),
      (github) => github.list('issues?state=open'),
    );
    expect(result).toHaveLength(101);
    expect(asked.map(({ path }) => path)).toEqual([
      '/repos/acme/pay/issues?state=open&per_page=100&page=1',
      '/repos/acme/pay/issues?state=open&per_page=100&page=2',
    ]);
  });
});

const bot = { type: 'Bot' };
const marker = markerOf('review');
const written = ({ asked }: { asked: { method: string; path: string; body?: object }[] }) =>
  asked.filter(({ method }) => method !== 'GET').map(({ method, path, body }) => [method, path, body]);

describe('the one comment', () => {
  test('is made where there is none of it; what a person wrote is left alone', async () => {
    const others = [
      { id: 1, body: `${marker}\nquoted`, user: { type: 'User' } },
      { id: 2, body: null, user: null },
      { id: 3, body: 'another', user: bot },
    ];
    const done = await asking(
      ({ method }) => ({ body: method === 'GET' ? others : {} }),
      (github) => keepComment(github, 5, 'review', 'new'),
    );
    expect(written(done)).toEqual([['POST', '/repos/acme/pay/issues/5/comments', { body: `${marker}\nnew` }]]);
  });

  test('is written anew in its place', async () => {
    const done = await asking(
      ({ method }) => ({ body: method === 'GET' ? [{ id: 9, body: `${marker}\nold`, user: bot }] : {} }),
      (github) => keepComment(github, 5, 'review', 'new'),
    );
    expect(written(done)).toEqual([['PATCH', '/repos/acme/pay/issues/comments/9', { body: `${marker}\nnew` }]]);
  });
});

describe('the one issue', () => {
  const keep = (open: object[], isOpen: boolean) =>
    asking(
      ({ method }) => ({ body: method === 'GET' ? open : {} }),
      (github) => keepIssue(github, 'nightly', { title: 'Drift', text: 'new', isOpen }),
    );
  const old = { number: 4, body: `${markerOf('nightly')}\nold`, user: bot };
  const body = `${markerOf('nightly')}\nnew`;

  test.each([
    [
      'is made where there is something to do',
      [],
      true,
      [['POST', '/repos/acme/pay/issues', { title: 'Drift', body }]],
    ],
    [
      'is written anew in its place',
      [old],
      true,
      [['PATCH', '/repos/acme/pay/issues/4', { title: 'Drift', body, state: 'open' }]],
    ],
    [
      'is closed where there is nothing left',
      [old],
      false,
      [['PATCH', '/repos/acme/pay/issues/4', { title: 'Drift', body, state: 'closed' }]],
    ],
    ['is not made for nothing', [], false, []],
  ])('%s', async (_, open, isOpen, expected) => {
    expect(written(await keep(open, isOpen))).toEqual(expected);
  });
});
