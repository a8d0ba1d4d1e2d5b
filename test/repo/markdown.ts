/** The little of Markdown that the documents' tests read: tables, headings, links and fenced blocks. */

/** The cells of every row of every table whose header begins with this word. */
export function tableRows(text: string, firstHeader: string): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) inside = false;
    else if (inside) rows.push(cellsOf(line));
    else inside = cellsOf(line)[0] === firstHeader;
  }
  return rows.filter(([first]) => !/^-+$/.test(first ?? ''));
}

function cellsOf(line: string): readonly string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** `a` of `` `a` ``. */
export function codeOf(cell: string | undefined): string {
  return /^`(.+)`$/.exec(cell ?? '')?.[1] ?? '';
}

/** Bodies of the fenced blocks of one language. */
export function fences(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, named]) => named === language)
    .map(([, , body]) => body ?? '');
}

/** Targets of links and images, outside fenced blocks. */
export function links(text: string): readonly string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
}

/** The anchors that a rendered document has: GitHub's rule. */
export function anchors(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    (title ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
