import * as sdk from '@aws-sdk/client-iam';
import { local, type Local } from '../core/local';

const account = '123456789012';
const PolicyArn = `arn:aws:iam::${account}:policy/own`;
const documentOf = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
let here: Local;
let client: sdk.IAMClient;

beforeEach(async () => {
  here = await local();
  client = new sdk.IAMClient(here.administrator(account));
  await client.send(new sdk.CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: documentOf('s3:*') }));
});
afterEach(() => here.stop());

const current = async () => {
  const { Policy } = await client.send(new sdk.GetPolicyCommand({ PolicyArn }));
  const VersionId = Policy!.DefaultVersionId;
  const { PolicyVersion } = await client.send(new sdk.GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return { VersionId, document: decodeURIComponent(PolicyVersion!.Document!) };
};
const renew = (Action: string) =>
  client.send(
    new sdk.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: documentOf(Action), SetAsDefault: true }),
  );

test('a policy is read by its default version, which a new one becomes', async () => {
  expect(await current()).toEqual({ VersionId: 'v1', document: documentOf('s3:*') });
  await renew('sns:*');
  expect(await current()).toEqual({ VersionId: 'v2', document: documentOf('sns:*') });
});
test('five versions are kept, and the default one is not deleted', async () => {
  for (const action of ['a:*', 'b:*', 'c:*', 'd:*']) await renew(action);
  await expect(renew('e:*')).rejects.toBeInstanceOf(sdk.LimitExceededException);
  const drop = (VersionId: string) => client.send(new sdk.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  await expect(drop('v5')).rejects.toBeInstanceOf(sdk.DeleteConflictException);
  await drop('v1');
  await renew('e:*');
  const { Versions } = await client.send(new sdk.ListPolicyVersionsCommand({ PolicyArn }));
  expect(Versions!.map(({ VersionId }) => VersionId)).toEqual(['v6', 'v5', 'v4', 'v3', 'v2']);
});
test('what is too long, no JSON, taken or unknown is refused', async () => {
  const make = (PolicyName: string, PolicyDocument: string) =>
    client.send(new sdk.CreatePolicyCommand({ PolicyName, PolicyDocument }));
  await expect(make('long', documentOf('x'.repeat(6144)))).rejects.toBeInstanceOf(sdk.LimitExceededException);
  await expect(make('wrong', '{')).rejects.toBeInstanceOf(sdk.MalformedPolicyDocumentException);
  await expect(make('own', documentOf('s3:*'))).rejects.toBeInstanceOf(sdk.EntityAlreadyExistsException);
  const unknown = new sdk.GetPolicyCommand({ PolicyArn: `${PolicyArn}-not` });
  await expect(client.send(unknown)).rejects.toBeInstanceOf(sdk.NoSuchEntityException);
});
