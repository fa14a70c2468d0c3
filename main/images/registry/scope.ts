/** A right a request needs, in words for people. */
export type Right = 'pull' | 'push' | 'delete' | 'list';

const actions: Record<Exclude<Right, 'list'>, string> = { pull: 'pull', push: 'pull,push', delete: 'delete' };

/** The token scope for a right on a repository (distribution docs/content/spec/auth/scope.md). */
export const scopeOf = (right: Right, repository: string): string =>
  right === 'list' ? 'registry:catalog:*' : `repository:${repository}:${actions[right]}`;

/** The same scopes always in the same order, each once. */
export const scopeSet = (...scopes: readonly string[]): string[] => [...new Set(scopes)].sort();
