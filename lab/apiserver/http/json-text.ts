import type { KubeObject } from '../../../shared/kube.ts';

const texts = new WeakMap<object, string>();

/** The JSON of one object version: made once, then shared by gets, lists and all watchers. */
export function jsonText(object: KubeObject): string {
  let text = texts.get(object);
  if (text === undefined) {
    const { apiVersion, kind, metadata, ...rest } = object;
    text = JSON.stringify({ apiVersion, kind, metadata, ...rest });
    texts.set(object, text);
  }
  return text;
}

/** The same as an item of a typed list, where the real server leaves apiVersion and kind to the list itself. */
export function itemText(object: KubeObject): string {
  const head = `{"apiVersion":${JSON.stringify(object.apiVersion)},"kind":${JSON.stringify(object.kind)},`;
  return `{${jsonText(object).slice(head.length)}`;
}
