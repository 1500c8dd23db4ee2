import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { codecSettings, type Shape } from './schema';

/** Form parameters nested by their dots: `Filter.1.Name=x` is { Filter: { 1: { Name: 'x' } } }. */
type Tree = { [key: string]: Tree | string };

const scalars = new FromStringShapeDeserializer(codecSettings('dateTime'));

function treeOf(form: URLSearchParams): Tree {
  const root: Tree = {};
  for (const [key, value] of form) {
    const path = key.split('.');
    let node = root;
    for (const part of path.slice(0, -1)) {
      if (typeof node[part] !== 'object') node[part] = {};
      node = node[part] as Tree;
    }
    node[path.at(-1)!] = value;
  }
  return root;
}

function numbered(node: Tree): (Tree | string)[] {
  const numbers = Object.keys(node).filter((key) => /^\d+$/.test(key));
  return numbers.sort((a, b) => Number(a) - Number(b)).map((key) => node[key]!);
}

/** Reads the form of a query request. EC2 names members differently from the other query services. */
export function readForm(schema: NormalizedSchema, form: URLSearchParams, ec2: boolean): Shape {
  return schema.isUnitSchema() ? {} : (read(schema, treeOf(form), ec2) as Shape);
}

function read(schema: NormalizedSchema, node: Tree | string, ec2: boolean): unknown {
  if (schema.isListSchema()) return typeof node === 'string' ? [] : readList(schema, node, ec2);
  if (schema.isMapSchema()) return typeof node === 'string' ? {} : readMap(schema, node, ec2);
  if (schema.isStructSchema()) return typeof node === 'string' ? {} : readStructure(schema, node, ec2);
  return scalars.read(schema, node as string);
}

/** Lists are flat (`Name.1`) or named (`Name.member.1`). */
function readList(schema: NormalizedSchema, node: Tree, ec2: boolean): unknown[] {
  const flat = numbered(node);
  const items = flat.length ? flat : numbered(Object.values(node)[0] as Tree);
  return items.map((item) => read(schema.getValueSchema(), item, ec2));
}

function readMap(schema: NormalizedSchema, node: Tree, ec2: boolean): Shape {
  const [key, value] = [schema.getKeySchema(), schema.getValueSchema()];
  const keyName = (key.getMergedTraits().xmlName as string | undefined) ?? 'key';
  const valueName = (value.getMergedTraits().xmlName as string | undefined) ?? 'value';
  const entries = numbered((node['entry'] as Tree | undefined) ?? node) as Tree[];
  return Object.fromEntries(entries.map((entry) => [entry[keyName] as string, read(value, entry[valueName]!, ec2)]));
}

function readStructure(schema: NormalizedSchema, node: Tree, ec2: boolean): Shape {
  const result: Shape = {};
  for (const [name, member] of schema.structIterator()) {
    const own = (member.getMemberTraits() as any).xmlName ?? name;
    const ec2Name = (member.getMergedTraits() as any).ec2QueryName ?? own[0].toUpperCase() + own.slice(1);
    const value = node[ec2 ? ec2Name : own];
    if (value !== undefined) result[name] = read(member, value, ec2);
  }
  return result;
}
