import { randomInt } from 'node:crypto';
import { AwsError } from '../../wire/aws-error';

/** What a random password is made of: members of GetRandomPassword and, alike, of a template's GenerateSecretString. */
export interface PasswordRules {
  /** @default 32 */
  PasswordLength?: number | string;
  ExcludeCharacters?: string;
  ExcludeNumbers?: boolean | string;
  ExcludePunctuation?: boolean | string;
  ExcludeUppercase?: boolean | string;
  ExcludeLowercase?: boolean | string;
  IncludeSpace?: boolean | string;
  /** @default true */
  RequireEachIncludedType?: boolean | string;
}

// Source: Secrets Manager API reference, GetRandomPassword.
const lowercase = 'abcdefghijklmnopqrstuvwxyz';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const isOn = (value: boolean | string | undefined, otherwise = false) =>
  value === undefined ? otherwise : String(value) === 'true';
const oneOf = (characters: string) => characters[randomInt(characters.length)]!;

/** A random password by the rules. Throws InvalidParameterException for rules that no password fits. */
export function randomPassword(rules: PasswordRules = {}): string {
  const length = Number(rules.PasswordLength ?? 32);
  const excluded = rules.ExcludeCharacters ?? '';
  const types = [
    isOn(rules.ExcludeLowercase) ? '' : lowercase,
    isOn(rules.ExcludeUppercase) ? '' : lowercase.toUpperCase(),
    isOn(rules.ExcludeNumbers) ? '' : '0123456789',
    isOn(rules.ExcludePunctuation) ? '' : punctuation,
    isOn(rules.IncludeSpace) ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !excluded.includes(character)).join(''))
    .filter(Boolean);
  const required = isOn(rules.RequireEachIncludedType, true) ? types : [];
  if (!(length >= 1 && length <= 4096)) throw unfit('The password length must be between 1 and 4096.');
  if (!types.length) throw unfit('The password can not be generated: every character is excluded.');
  if (required.length > length) throw unfit('The password length is too short based on the required types.');
  const characters = [...required.map(oneOf)];
  while (characters.length < length) characters.push(oneOf(types.join('')));
  return shuffled(characters).join('');
}

const unfit = (message: string) => new AwsError('InvalidParameterException', message);

function shuffled<T>(items: T[]): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}
