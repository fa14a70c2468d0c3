import { FaultError, fault } from '../../../shared/fault.ts';
import { reasonsOf, reasonWords, type TlsTrouble, tlsTrouble } from '../../net/transport-reasons.ts';
import { PassingFault } from './passing.ts';

const stalled = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/;
const lasting =
  /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|UND_ERR_PRX_TLS|UND_ERR_INVALID_ARG|UND_ERR_DESTROYED|UND_ERR_CLOSED|ERR_INVALID_URL)$/;

const words: Readonly<Record<string, string>> = {
  ...reasonWords,
  UND_ERR_DESTROYED: 'the work with it was ended here',
  UND_ERR_CLOSED: 'the work with it was ended here',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection was cut',
};

const remedies: Record<string, string> = {
  ECONNREFUSED: 'Check the port, and that the registry runs.',
  ENOTFOUND: 'Check the spelling of the name and which DNS this computer uses.',
};

const tlsRemedies: Record<TlsTrouble, string> = {
  certificateExpired: "Have the registry's certificate renewed; check this computer's clock.",
  certificateNotYetValid: "Correct the computer's clock.",
  certificateHost: 'Use an address that the certificate names, or have one made for this address.',
  certificateUnknown: "Give the registry's CA certificate (PEM), or put it into certs.d as ca.crt.",
  certificateRefused: 'Give a client certificate and key that this registry accepts.',
  notTls: 'Check the port. If the registry is meant to be without TLS, choose plain HTTP for it.',
};

/**
 * Says in words why no answer came, or why it broke off; what may pass is a PassingFault. A fault stays as it is. `now` is
 * this computer's clock, ms. Codes: registry.tls, .stalled, .unreachable, .digestMismatch.
 */
export function transportFault(error: unknown, host: string, now: number, stallMs: number): FaultError {
  if (error instanceof FaultError) return error;
  const reasons = reasonsOf(error);
  const tls = tlsTrouble(reasons, host, now);
  if (tls) return fault('registry.tls', tls.message, tlsRemedies[tls.trouble], { field: 'host', cause: error });
  const find = (pattern: RegExp) => reasons.find(({ code }) => pattern.test(code));
  if (find(stalled)) {
    const message = `${host}: no bytes moved for ${stallMs / 1000} s.`;
    const remedy = 'Check the network; the work goes on where it stood.';
    return new PassingFault({ code: 'registry.stalled', message, remedy }, { cause: error });
  }
  if (find(/^UND_ERR_REQ_CONTENT_LENGTH_MISMATCH$/))
    return fault(
      'registry.digestMismatch',
      `What was to be sent to ${host} is longer or shorter than its manifest says.`,
      'Fetch the image again; if it stays, its source is broken.',
      { cause: error },
    );
  const away = find(lasting);
  const reason = away ?? reasons.find(({ code }) => code in words) ?? reasons.at(-1);
  const said = words[reason?.code ?? ''] ?? reason?.message ?? String(error);
  const value = {
    code: 'registry.unreachable',
    message: `${host} cannot be reached: ${said}.`,
    remedy: remedies[reason?.code ?? ''] ?? 'Check network, VPN, proxy and address, then try again.',
    field: 'host',
  };
  return away ? new FaultError(value, { cause: error }) : new PassingFault(value, { cause: error });
}
