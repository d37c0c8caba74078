import { useEffect, useSyncExternalStore } from 'react';
import type { StringKey } from './words/strings.ts';

/** What `m` copies: the page says it, and while it says nothing the link is copied. */
let markdownOf: (() => string) | undefined;

export function useMarkdown(write: () => string): void {
  useEffect(() => {
    markdownOf = write;
    return () => {
      if (markdownOf === write) markdownOf = undefined;
    };
  }, [write]);
}

/** A short word at the bottom of the screen, gone after a while. */
export type Notice = { readonly key: StringKey; readonly values?: Readonly<Record<string, string>> };
const noticeMs = 3_000;
let notice: Notice | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function tell(next: Notice): void {
  notice = next;
  clearTimeout(timer);
  timer = setTimeout(() => {
    notice = null;
    for (const listener of listeners) listener();
  }, noticeMs);
  for (const listener of listeners) listener();
}

export function useNotice(): Notice | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => notice);
}

export function copyText(text: string, done: StringKey): void {
  if (!('clipboard' in navigator)) {
    tell({ key: 'copy.failed' });
    return;
  }
  navigator.clipboard.writeText(text).then(() => tell({ key: done }), () => tell({ key: 'copy.failed' }));
}

export function copyLink(): void {
  copyText(location.href, 'copy.linkDone');
}

export function copyMarkdown(): void {
  copyText(markdownOf?.() ?? `[${document.title}](${location.href})`, 'copy.markdownDone');
}
