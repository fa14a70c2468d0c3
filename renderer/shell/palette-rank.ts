export interface Goal {
  id: string;
  title: string;
  /** What kind of thing it is: page, hub, spoke, module, action. */
  kind: string;
  /** Other words it is found by. */
  aliases?: readonly string[];
}

/** How well `text` is found by `query`, 0 = not at all: prefix before word start before inside before letters in order. */
export function score(text: string, query: string): number {
  const hay = text.toLowerCase();
  const needle = query.trim().toLowerCase();
  if (needle === '') return 1;
  if (hay.startsWith(needle)) return 100 - Math.min(20, hay.length - needle.length);
  const at = hay.indexOf(needle);
  if (at > 0) return /[\s\-_.:/]/.test(hay[at - 1] ?? '') ? 70 : 50;
  let from = 0;
  for (const letter of needle.replaceAll(' ', '')) {
    const next = hay.indexOf(letter, from);
    if (next < 0) return 0;
    from = next + 1;
  }
  return 20;
}

/** The goals a query finds, best first; equal ones keep their order. An alias counts a little less than the title. */
export function rank<G extends Goal>(goals: readonly G[], query: string, most = 12): G[] {
  return goals
    .map((goal, order) => ({
      goal,
      order,
      value: Math.max(score(goal.title, query), ...(goal.aliases ?? []).map((alias) => score(alias, query) * 0.9)),
    }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.order - b.order)
    .slice(0, most)
    .map(({ goal }) => goal);
}
