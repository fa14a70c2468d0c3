/** How often each kind of mirror work is ended by `kill -9` at a random moment in the tests; 200 in all. */
export const kills = { pull: 50, push: 50, export: 50, import: 50 } as const;
