/** `hub` is the id of the hub the text is for, or `mirror` for image sets, which belong to none. */
const keyOf = (hub: string, name: string | undefined) => `kmm-bastion.draft:${hub}:${name ?? ''}`;

/** The text left in the editor, if there is one: a closed window loses nothing. Storage may be missing; then there are no drafts. */
export function loadDraft(hub: string, name: string | undefined): string | undefined {
  try {
    return localStorage.getItem(keyOf(hub, name)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the text of the editor. */
export function saveDraft(hub: string, name: string | undefined, text: string): void {
  try {
    localStorage.setItem(keyOf(hub, name), text);
  } catch {}
}

/** Drops the draft, after an apply, a save, or when it equals what it started from. */
export function forget(hub: string, name: string | undefined): void {
  try {
    localStorage.removeItem(keyOf(hub, name));
  } catch {}
}
