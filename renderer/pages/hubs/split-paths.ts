/** Paths as people write them: one a line, or joined by `:` as in KUBECONFIG; a Windows drive's colon is kept. */
export function splitPaths(text: string): string[] {
  return text
    .split(/\n|;|:(?![\\/](?!\/))|(?<!(?:^|[:;\n])\s*[A-Za-z]):/)
    .map((path) => path.trim())
    .filter((path) => path !== '');
}
