import type { FaultError } from '../../../shared/fault.ts';
import { digestMismatch } from '../digest.ts';
import { mayPass, PassingFault } from './passing.ts';
import { uploadChunks } from './upload-chunks.ts';
import { beginUpload, endUpload, lostSession, type Upload, wrongBytes } from './upload-steps.ts';

/** One POST and one PUT: what every registry can. */
async function uploadWhole(upload: Upload): Promise<void> {
  const { session, blob, open, options } = upload;
  const { onBytes, signal } = options;
  let mismatches = 0;
  await session.pace.retry(async () => {
    const { location } = await beginUpload(upload);
    let sent = 0;
    const onSent = (bytes: number) => {
      sent += bytes;
      onBytes?.(bytes);
    };
    try {
      await endUpload(upload, location, blob.size > 0 ? () => open(0) : undefined, blob.size, onSent);
    } catch (error) {
      // What was counted did not arrive.
      if (sent > 0) onBytes?.(-sent);
      if (wrongBytes(error)) {
        mismatches += 1;
        const wrong = digestMismatch(blob.digest, 'as the registry counts', 'What was sent');
        // Once may be the line's fault; twice is the source's.
        throw mismatches > 1 ? wrong : new PassingFault(wrong.fault, { cause: error });
      }
      if (lostSession(error) && !mayPass(error)) throw new PassingFault((error as FaultError).fault, { cause: error });
      throw error;
    }
  }, signal);
}

/** POST + PUT, or chunks from `chunkBytes` on where the registry takes them. Faults: those of any answer, registry.digestMismatch. */
export async function uploadBlob(upload: Upload): Promise<void> {
  const { chunkBytes } = upload.options;
  if (chunkBytes !== undefined && upload.blob.size > chunkBytes && (await uploadChunks(upload, chunkBytes))) return;
  await uploadWhole(upload);
}
