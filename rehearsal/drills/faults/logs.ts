import {
  CloudWatchLogsClient,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Fault, Seed } from '../fault';
import { admin, changed, find, type Which } from '../seeds';

const group = 'AWS::Logs::LogGroup';
const ofPaymentApi: Which = ({ id }) => /payment-api-/.test(id);

/** Takes away each log stream of payment-api as it appears: the log driver does not make it anew, and drops the lines. */
const noLogsFromGreen: Seed = async ({ env }) => {
  const logGroupName = find(env, group, ofPaymentApi).id;
  const streams = async () => {
    const found = await admin(env, CloudWatchLogsClient).send(new DescribeLogStreamsCommand({ logGroupName }));
    return (found.logStreams ?? []).map((s) => s.logStreamName!);
  };
  const known = await streams();
  const look = async () => {
    for (const logStreamName of await streams()) {
      if (known.includes(logStreamName)) continue;
      known.push(logStreamName);
      await admin(env, CloudWatchLogsClient).send(new DeleteLogStreamCommand({ logGroupName, logStreamName }));
    }
  };
  const timer = setInterval(() => void look().catch(() => {}), 100);
  return () => clearInterval(timer);
};

export const logs: Fault[] = [
  {
    name: 'log-group-without-key',
    fault: 'a log group is not encrypted with the key of its own',
    // DisassociateKmsKey
    seed: changed(group, ofPaymentApi, (model) => delete model.KmsKeyId),
    caughtBy: { suite: 'logs', says: /log group \S*payment-api-dev: key/ },
  },
  {
    name: 'log-group-without-retention',
    fault: 'a log group keeps its lines for ever',
    // DeleteRetentionPolicy
    seed: changed(group, ofPaymentApi, (model) => delete model.RetentionInDays),
    caughtBy: { suite: 'logs', says: /log group \S*payment-api-dev: days kept/ },
  },
  {
    name: 'no-logs-from-green',
    fault: 'the held version writes no logs',
    seed: noLogsFromGreen,
    caughtBy: { suite: 'logs', says: /log stream \S*payment-api\/\S+: has lines since the task was started/ },
  },
];
