import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { go } from '../navigate.ts';

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> { readonly to: string; readonly children: ReactNode }

/** A real link: opens in a new tab, copies, and is followed without loading the console again. */
export function Link({ to, children, ...rest }: LinkProps): ReactNode {
  const follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return <a {...rest} href={to} onClick={follow}>{children}</a>;
}
