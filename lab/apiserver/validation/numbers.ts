import type { FieldFault } from '../errors.ts';
import type { Schema } from '../kind-schema.ts';

/** minimum, maximum, multipleOf and the int32 range. */
export function checkNumber(value: number, schema: Schema, path: string): FieldFault[] {
  const faults: FieldFault[] = [];
  const wrong = (text: string) =>
    faults.push({
      field: path,
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${value}: ${path} in body should be ${text}`,
    });
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = schema;
  if (minimum !== undefined) {
    if (exclusiveMinimum && value <= minimum) wrong(`greater than ${minimum}`);
    else if (value < minimum) wrong(`greater than or equal to ${minimum}`);
  }
  if (maximum !== undefined) {
    if (exclusiveMaximum && value >= maximum) wrong(`less than ${maximum}`);
    else if (value > maximum) wrong(`less than or equal to ${maximum}`);
  }
  if (multipleOf !== undefined && value % multipleOf !== 0) wrong(`a multiple of ${multipleOf}`);
  if (format === 'int32' && (value < -2_147_483_648 || value > 2_147_483_647)) {
    faults.push({
      field: path,
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${value}: Checked value must be of type integer with format int32 in ${path}`,
    });
  }
  return faults;
}
