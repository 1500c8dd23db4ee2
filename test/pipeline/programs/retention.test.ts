import { weakenings } from '../../../pipeline/programs/retention';
import { template } from './changes';

const bucket = (DeletionPolicy?: string, UpdateReplacePolicy?: string, Type = 'AWS::S3::Bucket') =>
  template({ Bucket: { Type, DeletionPolicy, UpdateReplacePolicy } });
const weaker = (before: ReturnType<typeof bucket>, after: ReturnType<typeof bucket>) =>
  weakenings(before, after).flatMap(({ policies }) => policies);

test.each([
  ['Retain', 'Delete'],
  ['Retain', undefined],
  ['Retain', 'Snapshot'],
  ['RetainExceptOnCreate', 'Delete'],
  ['RetainExceptOnCreate', 'Snapshot'],
  ['Snapshot', 'Delete'],
  ['Snapshot', undefined],
])('%s to %s keeps less, as either policy', (before, after) => {
  expect(weakenings(bucket(before), bucket(after))).toEqual([
    { logicalId: 'Bucket', type: 'AWS::S3::Bucket', policies: ['DeletionPolicy'] },
  ]);
  expect(weaker(bucket('Retain', before), bucket('Retain', after))).toEqual(['UpdateReplacePolicy']);
  expect(weaker(bucket(before, before), bucket(after, after))).toEqual(['DeletionPolicy', 'UpdateReplacePolicy']);
});

test.each([
  ['Delete', 'Retain'],
  ['Delete', undefined],
  [undefined, 'Delete'],
  ['Snapshot', 'Retain'],
  ['Snapshot', 'Snapshot'],
  ['Retain', 'RetainExceptOnCreate'],
  ['RetainExceptOnCreate', 'Retain'],
])('%s to %s keeps as much', (before, after) => {
  expect(weakenings(bucket(before, before), bucket(after, after))).toEqual([]);
});

test('only what holds data, and stays in the template, is looked at', () => {
  for (const type of ['AWS::EC2::EIP', 'AWS::IAM::Role']) {
    expect(weakenings(bucket('Retain', 'Retain', type), bucket('Delete', 'Delete', type))).toEqual([]);
  }
  expect(weakenings(bucket('Retain'), template({}))).toEqual([]);
  expect(weakenings(template({}), bucket('Delete'))).toEqual([]);
});
