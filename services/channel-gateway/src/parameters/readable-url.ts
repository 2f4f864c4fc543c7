/** Whether everything behind a % in the URL says a character; the parser of queries would take what does not as it stands. */
export function isReadableUrl(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
