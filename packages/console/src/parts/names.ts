import { useMemo } from 'react';
import { type Names, namesOf } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { ServicesResponse } from '../model.ts';

const none: Names = new Map();

/** Names of all nodes, for pages whose own answer does not bring them. */
export function useNames(): Names {
  const services = useAnswer<ServicesResponse>('/services').data?.services;
  return useMemo(() => (services === undefined ? none : namesOf(services)), [services]);
}
