import type { SignInOutcome } from './complete-sign-in.ts';

/** Loads nothing, and is not kept: its address held a code. */
export function signInPage({ isDone, message }: SignInOutcome): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${isDone ? 'Signed in' : 'Not signed in'}</title>
</head>
<body>
<p>${escape(message)}</p>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => `&#${String(character.codePointAt(0))};`);
}
