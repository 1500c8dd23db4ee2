import { accounts, type Values } from '../../stacks/support';
import { allResources, type Deployed, where } from '../deployed';
import { at } from './at';

/** Forty characters of three kinds; a logical id of that length ends with eight hexadecimal digits. */
const secretKey =
  /(?<![\w/+=-])(?![A-Za-z0-9]{32}[0-9A-F]{8}(?![\w/+=-]))(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*\d)[A-Za-z0-9/+]{40}(?![\w/+=-])/;

/** No template holds a credential, or an account number that nobody configured. */
export function noSecrets(deployed: Deployed[]): void {
  const resources = allResources(deployed);
  const ofType = (type: string) => resources.filter(({ resource }) => resource.Type === type);
  /** How credentials look, in any place of a template. */
  const credentials: Record<string, RegExp> = {
    'a private key': /-----BEGIN/,
    'an AWS access key': /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
    'an AWS secret key': secretKey,
    'a token of GitHub': /\b(gh[pousr]_\w{36}|github_pat_\w+)/,
    'a user and password in an address': /\w+:\/\/[^/\s:@"]+:[^/\s@"]+@/,
  };
  test.each(Object.entries(credentials))('%s', (_, pattern) => {
    expect(deployed.filter(({ text }) => pattern.test(text)).map(where)).toEqual([]);
  });

  test('those patterns find what they are for', () => {
    const secrets = [
      '-----BEGIN PRIVATE KEY-----',
      'AKIAIOSFODNN7EXAMPLE',
      `"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"`,
      `ghp_${'a1'.repeat(18)}`,
      'postgres://user:word@host',
    ];
    expect(secrets.map((text, i) => Object.values(credentials)[i]!.test(text))).toEqual(secrets.map(() => true));
  });

  test('a secret of Secrets Manager has its value from there, or from a person', () => {
    expect(ofType('AWS::SecretsManager::Secret').length).toBeGreaterThan(0);
    for (const { resource } of ofType('AWS::SecretsManager::Secret')) {
      expect(resource.Properties).not.toHaveProperty('SecretString');
      expect(JSON.stringify(resource.Properties.GenerateSecretString ?? {})).not.toMatch(/password"?\s*:/i);
    }
  });

  test('no property that is a password has a value', () => {
    const found = resources.filter(({ resource }) =>
      /"(\w*Password|SecretString|AuthToken|OAuthToken|PrivateKey)":"/.test(JSON.stringify(resource.Properties)),
    );
    expect(at(found)).toEqual([]);
    for (const { resource } of ofType('AWS::RDS::DBCluster')) {
      expect(resource.Properties.ManageMasterUserPassword).toBe(true);
    }
  });

  test("variables of containers are these and no others: none is a secret's", () => {
    const containers = ofType('AWS::ECS::TaskDefinition').flatMap(({ resource }) => [
      ...(resource.Properties.ContainerDefinitions as unknown as Values[]),
    ]);
    const names = containers.flatMap(({ Environment }) =>
      ((Environment ?? []) as unknown as Values[]).map(({ Name }) => String(Name)),
    );
    const plain = [
      'PORT',
      'SERVICE_NAME',
      'ENVIRONMENT',
      'VERSION',
      'DB_NAME',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'AOT_CONFIG_CONTENT',
    ];
    expect([...new Set(names)].filter((name) => !plain.includes(name) && !/^[A-Z]+(_[A-Z]+)*_URL$/.test(name))).toEqual(
      [],
    );
  });

  test('no build gets a secret as a plain variable, or a source of its own', () => {
    expect(ofType('AWS::CodeBuild::Project').length).toBeGreaterThan(0);
    for (const { resource } of ofType('AWS::CodeBuild::Project')) {
      const { Source, Environment } = resource.Properties as unknown as {
        Source: Values;
        Environment: { EnvironmentVariables?: { Name: string }[] };
      };
      expect(Source.Type).toBe('CODEPIPELINE');
      expect(Source).not.toHaveProperty('Auth');
      expect(Source).not.toHaveProperty('Location');
      for (const { Name } of Environment.EnvironmentVariables ?? [])
        // An ARN says which key, and is none.
        expect(Name).not.toMatch(/(SECRET|TOKEN|PASSWORD|KEY)(?!_ARN$)/);
    }
  });

  test('no account number that configuration did not give', () => {
    const configured = Object.values(accounts);
    const found = deployed.flatMap((one) =>
      [...one.text.matchAll(/(?<!\w)\d{12}(?!\w)/g)]
        .filter(([number]) => !configured.includes(number))
        .map(([n]) => `${where(one)}: ${n}`),
    );
    expect(found).toEqual([]);
  });

  test('a stage knows its own account and the tooling account, and no other', () => {
    for (const one of deployed.filter(({ environment }) => environment)) {
      const numbers = [...one.text.matchAll(/(?<!\w)\d{12}(?!\w)/g)].map(([number]) => number);
      const allowed = [one.environment!.account, accounts.tooling];
      expect(numbers.filter((number) => !allowed.includes(number))).toEqual([]);
    }
  });
}
