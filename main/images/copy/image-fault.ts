import { FaultError } from '../../../shared/fault.ts';

/** The same fault, naming the image it befell; anything else as it came. */
export function withImage(error: unknown, image: string): unknown {
  if (!(error instanceof FaultError)) return error;
  const { fault } = error;
  if (fault.about?.includes(image)) return error;
  const message = fault.message.includes(image) ? fault.message : `${image}: ${fault.message}`;
  return new FaultError({ ...fault, message, about: [image, ...(fault.about ?? [])].slice(0, 50) }, { cause: error });
}
