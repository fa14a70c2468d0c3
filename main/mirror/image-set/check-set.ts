import { ImageSet, type SetFinding } from '../../../shared/contract/image-set.ts';
import { checkCatalogs } from './check-catalogs.ts';
import { checkImages } from './check-images.ts';
import { checkModules } from './check-modules.ts';
import { checkPlaces } from './check-places.ts';
import { checkReleases } from './check-releases.ts';
import { checkShape } from './schema-findings.ts';
import { setSentence } from './set-sentence.ts';
import { readSetText } from './set-text.ts';

export interface CheckedSet {
  /** In the order of the text. */
  findings: SetFinding[];
  /** There when no finding is an error; defaults are filled in. */
  set?: ImageSet;
  /** What it asks for, or the first thing that is wrong. */
  sentence: string;
}

/**
 * Checks an image set without asking anyone: YAML, names and types, then what contradicts itself. Findings name line, column, field
 * and remedy; an unknown name comes with the nearest valid one. Never throws.
 */
export function checkImageSet(yaml: string): CheckedSet {
  const { value, findings, say } = readSetText(yaml);
  if (findings.length === 0 && (value === null || value === undefined)) {
    say('error', [], 'The text is empty.', 'Start from the template.');
  }
  if (findings.length === 0 && Object(value).kind === 'ImageSetConfiguration') {
    const remedy = 'Make an image set of it: `cli mirror fromOcMirror --yaml @FILE`.';
    say('error', ['kind'], 'This is a configuration of oc-mirror.', remedy);
  }
  const set = findings.length === 0 ? checkShape(ImageSet, value, say) : undefined;
  if (set) {
    checkReleases(set, say);
    checkCatalogs(set, say);
    checkImages(set, say);
    checkModules(set, say);
    checkPlaces(set, say);
    if (isEmpty(set))
      say('warning', [], 'This set asks for nothing.', 'Add releases, catalogs, images, kmm, modules or charts.');
  }
  findings.sort((a, b) => a.line - b.line || a.column - b.column);
  const error = findings.find((finding) => finding.severity === 'error');
  if (error || !set)
    return { findings, sentence: error ? `Line ${error.line}: ${error.message}` : 'Nothing to check.' };
  return { findings, set, sentence: setSentence(set) };
}

const isEmpty = ({ releases, catalogs, images, kmm, modules, charts }: ImageSet): boolean =>
  !releases && !kmm && catalogs.length + images.length + modules.length + charts.length === 0;
