/** Hands a text to the browser as a download. A blob link needs no connection, so the content security policy allows it. */
export function saveFile({ name, mediaType, text }: { name: string; mediaType: string; text: string }): void {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then; keeping the address would keep the text in memory.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
