/** What stands in the place of a secret. */
export const shownSecret = '•••';

/** Letters and digits, which no encoding changes: it is shown as `•••` in the end. */
export const secretMark = 'madeopen0secret0shown';
