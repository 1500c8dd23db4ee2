import type { Values } from '../state';
import { specOf } from './spec';
import type { Tag } from './stack';

/** Properties with the stack's tags added, where the type takes tags. A resource's own tag wins over the stack's. */
export function withStackTags(type: string, properties: Values, tags: Tag[]): Values {
  const taggable = specOf(type)?.tagInformation;
  if (!tags.length || !taggable) return properties;
  const { tagPropertyName: name, variant } = taggable;
  if (variant === 'map') {
    const ofStack = Object.fromEntries(tags.map((tag) => [tag.Key!, tag.Value]));
    return { ...properties, [name]: { ...ofStack, ...properties[name] } };
  }
  if (variant !== 'standard') return properties;
  const own: Tag[] = properties[name] ?? [];
  const ofStack = tags.filter((tag) => !own.some((mine) => mine.Key === tag.Key));
  return { ...properties, [name]: [...own, ...ofStack.map(({ Key, Value }) => ({ Key, Value }))] };
}
