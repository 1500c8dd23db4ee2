import { allResources, type Deployed } from '../deployed';
import { type PlacedStatement, statementsOf } from '../policies';
import { heldByCondition, withoutResource } from '../without-resource';
import { at } from './at';

/** Policies allow what is needed, on what it is needed for, to whom needs it. */
export function leastPrivilege(deployed: Deployed[]): void {
  const resources = allResources(deployed);
  const ofType = (type: string) => resources.filter(({ resource }) => resource.Type === type);
  const statements = statementsOf(deployed);
  const allowing = statements.filter(({ effect }) => effect === 'Allow');
  const identity = allowing.filter((s) => s.of === 'identity');
  const onAnything = identity.filter((s) => s.resources.includes('*'));
  const known = new Set(
    Object.entries(withoutResource).flatMap(([service, names]) => names.map((name) => `${service}:${name}`)),
  );
  const inSome = (action: string) => onAnything.some((s) => s.actions.includes(action));
  const placed = (of: PlacedStatement[]) => of.map((s) => `${s.at}: ${s.actions.join(', ')}`);

  test("allow on '*' only actions that take no resource", () => {
    const wrong = onAnything.flatMap((s) =>
      s.actions.filter((a) => !known.has(a) && !heldByCondition[a]).map((action) => `${s.at}: ${action}`),
    );
    expect(wrong).toEqual([]);
  });
  test('hold by a condition those that could be asked for anywhere', () => {
    for (const s of onAnything) {
      for (const key of s.actions.flatMap((action) => heldByCondition[action] ?? [])) {
        expect(s).toMatchObject({
          condition: { ArnEquals: { [key]: expect.stringMatching(/^arn:aws:ecs:[\w-]+:\d{12}:cluster\/[\w-]+$/) } },
        });
      }
    }
  });
  test('have use for every action that is listed as taking none', () => {
    expect([...known, ...Object.keys(heldByCondition)].filter((action) => !inSome(action))).toEqual([]);
  });
  test('name actions whole, and resources of their own account', () => {
    expect(placed(identity.filter((s) => s.actions.some((action) => action.includes('*'))))).toEqual([]);
    const elsewhere = identity.filter((s) => s.resources.some((r) => /^arn:[^:]*:[^:]*:[^:]*:\*/.test(String(r))));
    expect(placed(elsewhere)).toEqual([]);
  });
  test('allow everything in no other place than the key to its own account, and the endpoints to their own account', () => {
    const everything = allowing.filter((s) => s.actions.some((action) => /^(\*|[\w-]+:\*)$/.test(action)));
    const outside = everything.filter((s) => s.of === 'identity' || s.of === 'trust');
    expect(placed(outside)).toEqual([]);
    for (const s of everything.filter(({ of }) => of === 'resource')) {
      // AWS's own default: without it IAM policies would count for nothing. Source: AWS, "Default key policy".
      expect(s.type).toBe('AWS::KMS::Key');
      expect(s.principals).toHaveLength(1);
      expect(s.principals[0]).toMatch(/:root$|:root"\]\]\}$/);
    }
    for (const s of everything.filter(({ of }) => of === 'endpoint')) {
      expect(s.condition).toEqual({ StringEquals: { 'aws:PrincipalAccount': expect.stringMatching(/^\d{12}$/) } });
    }
  });
  test('let everybody do nothing, without a condition', () => {
    const anybody = allowing.filter((s) => s.principals.includes('*') && !s.condition);
    // ECR signs the links to layers as a principal of AWS's own.
    const layers = anybody.filter((s) => s.of === 'endpoint' && s.actions.join() === 's3:GetObject');
    for (const s of layers) {
      expect(JSON.stringify(s.resources)).toMatch(/s3:::prod-[\w-]+-starport-layer-bucket\/\*/);
    }
    expect(placed(anybody.filter((s) => !layers.includes(s)))).toEqual([]);
  });
  test('trust whole accounts only with a condition on who of them', () => {
    const whole = statements.filter((s) => s.of === 'trust' && s.principals.some((p) => /:root("\]\]\})?$/.test(p)));
    expect(whole.length).toBeGreaterThan(0);
    for (const s of whole) {
      expect(s.condition).toMatchObject({ ArnEquals: { 'aws:PrincipalArn': expect.anything() } });
      expect(JSON.stringify(s.condition)).not.toContain('*');
    }
  });
  test('let no role pass or make roles freely', () => {
    const passing = identity.filter((s) => s.actions.some((action) => /^iam:/.test(action)));
    expect(passing.length).toBeGreaterThan(0);
    for (const s of passing) {
      expect(s.actions).toEqual(['iam:PassRole']);
      expect(JSON.stringify(s.resources)).not.toContain('*');
      expect(s.condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
    }
  });
  test('let nobody but the execution roles of tasks read secrets', () => {
    const readers = identity.filter((s) =>
      s.actions.some((a) => /^(secretsmanager:(Get|BatchGet)|kms:Decrypt$)/.test(a)),
    );
    const wrong = readers.filter((s) => !/\/RolesExecution\w+$/.test(s.at) && s.type !== 'AWS::IAM::Policy');
    expect(placed(wrong)).toEqual([]);
    expect(readers.some((s) => s.actions.includes('secretsmanager:GetSecretValue'))).toBe(true);
    // In the tooling account: the keys of the artifacts and of the evidence, and no secret.
    const tooling = readers.filter((s) => s.type === 'AWS::IAM::Policy');
    for (const s of tooling) {
      expect(s.actions.filter((a) => a.startsWith('secretsmanager:'))).toEqual([]);
      expect(JSON.stringify(s.resources)).toMatch(/^\[\{"Fn::GetAtt":\["(Artifacts|Evidence)Key\w+","Arn"\]\}\]$/);
    }
  });
  test('attach no managed policy, and there is no user or group', () => {
    const roles = ofType('AWS::IAM::Role');
    expect(at(roles.filter(({ resource }) => resource.Properties.ManagedPolicyArns))).toEqual([]);
    expect(
      at(resources.filter(({ resource }) => /^AWS::IAM::(User|Group|AccessKey|ManagedPolicy)/.test(resource.Type))),
    ).toEqual([]);
  });
}
