import { allResources, type Deployed, where } from '../deployed';
import { at } from './at';

/** Templates are all that is deployed: no code, stack or transform from elsewhere. */
export function contents(deployed: Deployed[]): void {
  const resources = allResources(deployed);
  const ofType = (type: string) => resources.filter(({ resource }) => resource.Type === type);
  test.each(['Hooks', 'Transform', 'Mappings', 'Conditions'])('no section %s', (section) => {
    expect(deployed.filter(({ template }) => section in template).map(where)).toEqual([]);
  });
  test('no transform or macro inside', () => {
    expect(deployed.filter(({ text }) => /"Fn::Transform"|AWS::Include/.test(text)).map(where)).toEqual([]);
  });
  test('no custom resource, no nested stack, no type of a third party', () => {
    expect(at(resources.filter(({ resource: { Type } }) => !/^AWS::/.test(Type)))).toEqual([]);
    expect(at(resources.filter(({ resource: { Type } }) => /^AWS::CloudFormation::/.test(Type)))).toEqual([]);
  });
  test('no code but what is in the template', () => {
    for (const { resource } of ofType('AWS::Lambda::Function')) {
      expect(Object.keys(resource.Properties.Code!)).toEqual(['ZipFile']);
    }
  });
  test('no parameter but the version of bootstrapping', () => {
    const names = deployed.flatMap(({ template }) =>
      Object.keys((template as unknown as { Parameters?: object }).Parameters ?? {}),
    );
    expect([...new Set(names)]).toEqual(['BootstrapVersion']);
  });
}
