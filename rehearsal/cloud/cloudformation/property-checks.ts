import type { Property, PropertyType } from '@aws-cdk/service-spec-types';
import type { Values } from '../state';
import { specOf, structureOf } from './spec';

/** What is wrong with a resource's properties, in the words of CloudFormation's schema validator; empty where nothing is. */
export function violations(type: string, properties: Values): string[] {
  const spec = specOf(type);
  return spec ? ofStructure(spec.properties, properties, '#') : [];
}

function kind(value: unknown): string {
  if (Array.isArray(value)) return 'JSONArray';
  if (value && typeof value === 'object') return 'JSONObject';
  if (typeof value === 'number') return 'Number';
  return typeof value === 'boolean' ? 'Boolean' : 'String';
}

const mismatch = (expected: string, value: unknown, at: string) => [
  `${at}: expected type: ${expected}, found: ${kind(value)}`,
];

function ofStructure(fields: Record<string, Property>, value: Values, at: string): string[] {
  if (kind(value) !== 'JSONObject') return mismatch('JSONObject', value, at);
  const unknown = Object.keys(value).filter((key) => !(key in fields));
  const absent = Object.keys(fields).filter((key) => fields[key]!.required && !(key in value));
  return [
    ...unknown.map((key) => `${at}: extraneous key [${key}] is not permitted`),
    ...absent.map((key) => `${at}: required key [${key}] not found`),
    ...Object.entries(value).flatMap(([key, v]) => (fields[key] ? ofType(fields[key].type, v, `${at}/${key}`) : [])),
  ];
}

/** Scalars may come as text, as CloudFormation accepts them. Unions, tags and free-form JSON are not checked. */
function ofType(type: PropertyType, value: any, at: string): string[] {
  const found = kind(value);
  const isNested = found === 'JSONObject' || found === 'JSONArray';
  switch (type.type) {
    case 'ref':
      return ofStructure(structureOf(type)!.properties, value, at);
    case 'array':
      if (found !== 'JSONArray') return mismatch('JSONArray', value, at);
      return value.flatMap((item: any, i: number) => ofType(type.element, item, `${at}/${i}`));
    case 'map':
      if (found !== 'JSONObject') return mismatch('JSONObject', value, at);
      return Object.entries(value).flatMap(([key, item]) => ofType(type.element, item, `${at}/${key}`));
    case 'integer':
    case 'number':
      return isNested || found === 'Boolean' || Number.isNaN(Number(value)) ? mismatch('Number', value, at) : [];
    case 'boolean':
      return /^(true|false)$/i.test(String(value)) ? [] : mismatch('Boolean', value, at);
    case 'string':
      return isNested ? mismatch('String', value, at) : [];
    default:
      return [];
  }
}
