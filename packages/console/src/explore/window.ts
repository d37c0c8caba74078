import { useEffect, useLayoutEffect, useState, type RefObject } from 'react';

/** Which rows of a long list are on screen: only those are in the document. */
export interface Window { readonly first: number; readonly last: number }
const extraRows = 8;

/** Rows have one height; `box` scrolls. */
export function useWindow(box: RefObject<HTMLElement | null>, count: number, rowPx: number): Window {
  const [seen, setSeen] = useState<Window>({ first: 0, last: Math.min(count, 60) });
  const measure = (): void => {
    const element = box.current;
    if (element === null) return;
    const first = Math.max(0, Math.floor(element.scrollTop / rowPx) - extraRows);
    const last = Math.min(count, Math.ceil((element.scrollTop + element.clientHeight) / rowPx) + extraRows);
    setSeen((was) => (was.first === first && was.last === last ? was : { first, last }));
  };
  useLayoutEffect(measure);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    element.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
    // `measure` reads only what is listed.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [box, count, rowPx]);
  return { first: Math.min(seen.first, count), last: Math.min(seen.last, count) };
}

export function scrollToRow(element: HTMLElement | null, at: number, rowPx: number): void {
  if (element === null) return;
  const top = at * rowPx;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + rowPx > element.scrollTop + element.clientHeight) element.scrollTop = top + rowPx - element.clientHeight;
}
