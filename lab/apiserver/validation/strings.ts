import { RE2JS } from 're2js';
import { ensure } from '../ensure.ts';
import type { FieldFault } from '../errors.ts';
import type { Schema } from '../kind-schema.ts';

interface Pattern {
  expression: RE2JS;
  /** Texts that were looked at: reasons, keys and names come again and again, and RE2 in JavaScript is slow. */
  known: Map<string, boolean>;
}
const patterns = new Map<string, Pattern>();

function matches(pattern: string, text: string): boolean {
  const { expression, known } = ensure(patterns, pattern, () => ({
    expression: RE2JS.compile(pattern),
    known: new Map<string, boolean>(),
  }));
  if (known.size > 2_000) known.clear();
  return ensure(known, text, () => expression.matcher(text).find());
}

const fault = (field: string, reason: string, message: string): FieldFault => ({ field, reason, message });

const dateTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const formats: Record<string, (text: string) => boolean> = {
  'date-time': (text) => dateTime.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  byte: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0,
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
};

/** Length in characters, as Go counts runes. */
function runes(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** minLength, maxLength, pattern (Go RE2) and the formats the server knows. */
export function checkString(value: string, schema: Schema, path: string): FieldFault[] {
  const faults: FieldFault[] = [];
  const { minLength, maxLength, pattern, format } = schema;
  const shown = JSON.stringify(value);
  if (minLength !== undefined && runes(value) < minLength) {
    const text = `${path} in body should be at least ${minLength} chars long`;
    faults.push(fault(path, 'FieldValueInvalid', `Invalid value: ${shown}: ${text}`));
  }
  if (maxLength !== undefined && runes(value) > maxLength) {
    faults.push(fault(path, 'FieldValueTooLong', `Too long: may not be more than ${maxLength} bytes`));
  }
  // A string is told its first fault only.
  if (faults.length === 0 && pattern && !matches(pattern, value)) {
    const text = `${path} in body should match '${pattern}'`;
    faults.push(fault(path, 'FieldValueInvalid', `Invalid value: ${shown}: ${text}`));
  }
  const known = format ? formats[format] : undefined;
  if (known && !known(value)) {
    const text = `${path} in body must be of type ${format}: ${shown}`;
    faults.push(fault(path, 'FieldValueTypeInvalid', `Invalid value: ${shown}: ${text}`));
  }
  return faults;
}
