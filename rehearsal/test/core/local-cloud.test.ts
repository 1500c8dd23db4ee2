import { ListStacksCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { startLocalCloud } from '../../cloud/local-cloud';

const directory = '/nowhere';

test('a port in use is told by its number', async () => {
  const first = await startLocalCloud({ directory });
  const port = Number(new URL(first.endpoint).port);
  await expect(startLocalCloud({ directory, port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  await first.stop();
});

test('a stopped cloud frees its port and ends what was registered with it', async () => {
  const first = await startLocalCloud({ directory });
  const port = Number(new URL(first.endpoint).port);
  const ended: string[] = [];
  first.cloud.onStop(() => void ended.push('process'));
  await first.stop();
  expect(ended).toEqual(['process']);
  expect(first.cloud.signal.aborted).toBe(true);
  const second = await startLocalCloud({ directory, port });
  expect(second.endpoint).toBe(`http://127.0.0.1:${port}`);
  await second.stop();
});

test('requests without a signature are refused', async () => {
  const { endpoint, stop } = await startLocalCloud({ directory });
  const answer = await fetch(`${endpoint}/?Action=ListStacks&Version=2010-05-15`);
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  const client = new CloudFormationClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA1111111111110000', secretAccessKey: 'x' },
  });
  expect((await client.send(new ListStacksCommand({}))).StackSummaries).toEqual([]);
  await stop();
});

test('in an outage nothing answers at the endpoint, and afterwards it answers again with all that there was', async () => {
  const { endpoint, cloud, outage, stop } = await startLocalCloud({ directory, speed: 600 });
  const ended = jest.fn();
  cloud.onStop(ended);
  const over = outage(180);
  await expect(fetch(endpoint)).rejects.toThrow();
  await over;
  expect((await fetch(`${endpoint}/?Action=ListStacks&Version=2010-05-15`)).status).toBe(403);
  expect(ended).not.toHaveBeenCalled();
  await stop();
});

test('a cloud that stops in an outage stays away', async () => {
  const { endpoint, outage, stop } = await startLocalCloud({ directory });
  const over = outage(60);
  await stop();
  await over;
  await expect(fetch(endpoint)).rejects.toThrow();
});
