import type { ReportModel } from '../../shared/contract/install.ts';
import { html, type Markup } from './markup.ts';
import { grouped } from './milestones.ts';
import { dayTime } from './words.ts';

/** Where the images came from: nothing where this laptop brought none. */
export function mirrorSection({ mirror }: ReportModel): Markup {
  if (mirror.length === 0) return html``;
  return html`<section class="keep"><h2>Where the images came from</h2>${mirror.map(
    ({ site, address, images, missing, pushedAt, verifiedAt, bundles, pointed }) =>
      html`<dl class="facts"><dt>Registry</dt><dd>${site} (${address})</dd>
<dt>Images</dt><dd>${grouped(images)} pushed${pushedAt ? `, the last ${dayTime(pushedAt)} UTC` : ''}${missing > 0 ? `; ${grouped(missing)} no longer to be had` : ''}</dd>
<dt>Verified</dt><dd>${verifiedAt ? `every tag and digest could be pulled, ${dayTime(verifiedAt)} UTC` : 'not yet'}</dd>
${bundles.map(
  ({ id, madeAt, readAt, images: carried, bytes }) =>
    html`<dt>Bundle</dt><dd>${id.slice(0, 12)}: ${grouped(carried)} images, ${(bytes / 1_000_000).toFixed(1)} MB, made ${dayTime(madeAt)}, read ${dayTime(readAt)} UTC</dd>`,
)}${pointed.map(({ at, sentence }) => html`<dt>Clusters</dt><dd>${dayTime(at)}: ${sentence}</dd>`)}</dl>`,
  )}</section>`;
}
