import type { FaultError } from '../../../shared/fault.ts';
import { digestMismatch } from '../digest.ts';
import { mayPass, PassingFault } from './passing.ts';
import { uploadChunks } from './upload-chunks.ts';
import {
  beginOrMount,
  beginUpload,
  endUpload,
  leaveUpload,
  lostSession,
  type Upload,
  wrongBytes,
} from './upload-steps.ts';

/** One POST and one PUT: what every registry can. False when the POST found the blob in `mountFrom`. */
async function uploadWhole(upload: Upload): Promise<boolean> {
  const { session, blob, open, options } = upload;
  const { onBytes, signal } = options;
  let mismatches = 0;
  return session.pace.retry(async (failed) => {
    // A registry that stumbles over the one question may take the other.
    const begun = await (failed === 0 ? beginOrMount(upload) : beginUpload(upload));
    if (!begun) return false;
    const { location } = begun;
    let sent = 0;
    const onSent = (bytes: number) => {
      sent += bytes;
      onBytes?.(bytes);
    };
    try {
      await endUpload(upload, location, blob.size > 0 ? () => open(0) : undefined, blob.size, onSent);
      return true;
    } catch (error) {
      // What was counted did not arrive.
      if (sent > 0) onBytes?.(-sent);
      const isLost = lostSession(error) && !mayPass(error);
      // One that asks to wait is not asked for anything meanwhile.
      const waits = mayPass(error) && error.afterMs !== undefined;
      if (!isLost && !waits) await leaveUpload(upload, location);
      if (wrongBytes(error)) {
        mismatches += 1;
        const wrong = digestMismatch(blob.digest, 'as the registry counts', 'What was sent');
        // Once may be the line's fault; twice is the source's.
        throw mismatches > 1 ? wrong : new PassingFault(wrong.fault, { cause: error });
      }
      if (isLost) throw new PassingFault((error as FaultError).fault, { cause: error });
      throw error;
    }
  }, signal);
}

/** See Registry.upload. Faults: those of any answer, registry.digestMismatch. */
export async function uploadBlob(upload: Upload): Promise<boolean> {
  const { chunkBytes } = upload.options;
  if (chunkBytes !== undefined && upload.blob.size > chunkBytes && (await uploadChunks(upload, chunkBytes)))
    return true;
  return uploadWhole(upload);
}
