import { failures, type Failure } from '../failures.ts';
import type { Link } from '../system/system.ts';
import { edgeId, pickBackend, pickLink, pickService, type FaultKind, type Place, type Strike } from './fault.ts';

/** Faults between services and beyond them: ways, names, certificates, third parties, traffic. */

const atLinks = (links: readonly Link[], entities: readonly string[], detail: string, apply: (link: Link) => void): Strike => ({
  entities, detail, from: [...new Set(links.map((link) => link.from))], apply: () => links.forEach(apply),
});

const pairOf = (link: Link): string[] => [edgeId(link), link.from.id, link.to.id];

function thirdParty(place: Place, detail: string, apply: (levers: { slow: number; errors: number; failure: Failure | null }) => void): Strike | null {
  const found = pickBackend(place, 'external');
  return found && { entities: [found.backend.id], detail, from: found.users, apply: () => apply(found.backend.levers) };
}

export const outsideFaults: readonly FaultKind[] = [
  {
    kind: 'network_latency', about: 'The way between two services takes a detour.', causes: ['network', 'slow'], inside: true, gradual: false,
    plan(place) {
      const link = pickLink(place);
      const addMs = place.random.between(60, 300);
      return link && atLinks([link], pairOf(link), `${Math.round(addMs)} ms each way`, ({ levers }) => { levers.addMs = addMs; });
    },
  },
  {
    kind: 'packet_loss', about: 'Packets between two services get lost and are sent again.', causes: ['network', 'slow'], inside: true, gradual: false,
    plan(place) {
      const link = pickLink(place);
      const loss = place.random.between(0.15, 0.4);
      return link && atLinks([link], pairOf(link), `${Math.round(loss * 100)} %`, ({ levers }) => { levers.loss = loss; });
    },
  },
  {
    kind: 'dns_failure', about: 'A service cannot resolve the names of those it calls.', causes: ['network', 'errors'], inside: false, gradual: false,
    plan(place) {
      const service = pickService(place, (each) => place.system.links.some((link) => link.from === each));
      if (service === null) return null;
      const share = place.random.between(0.3, 0.9);
      return atLinks(place.system.links.filter((link) => link.from === service), [service.id], `${Math.round(share * 100)} % of lookups fail`, ({ levers }) => { Object.assign(levers, { errors: share, failure: failures.name }); });
    },
  },
  {
    kind: 'certificate_expired', about: 'The certificate of a service has expired; nobody who calls it accepts it.', causes: ['network', 'errors', 'down'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place, (each) => place.system.links.some((link) => link.to === each));
      return service && atLinks(place.system.links.filter((link) => link.to === service), [service.id], service.name, ({ levers }) => { Object.assign(levers, { errors: 1, failure: failures.certificate }); });
    },
  },
  {
    kind: 'credential_expired', about: 'The token that a service shows to another has expired.', causes: ['errors', 'config_change', 'network'], inside: true, gradual: false,
    plan(place) {
      const link = pickLink(place);
      return link && atLinks([link], pairOf(link).toSpliced(0, 2, link.from.id, edgeId(link)), link.to.name, ({ levers }) => { Object.assign(levers, { errors: 1, failure: failures.credentials }); });
    },
  },
  {
    kind: 'third_party_slow', about: 'A third party takes several times as long.', causes: ['third_party_slow'], inside: true, gradual: false,
    plan: (place) => thirdParty(place, 'slow', (levers) => { levers.slow = 8; }),
  },
  {
    kind: 'third_party_errors', about: 'A third party fails.', causes: ['third_party_errors'], inside: true, gradual: false,
    plan: (place) => thirdParty(place, 'answers 503', (levers) => { Object.assign(levers, { errors: 0.6, failure: failures.thirdParty }); }),
  },
  {
    kind: 'third_party_limited', about: 'A third party turns requests away: too many of them.', causes: ['third_party_errors'], inside: true, gradual: false,
    plan: (place) => thirdParty(place, 'answers 429', (levers) => { Object.assign(levers, { errors: 0.7, failure: failures.limited }); }),
  },
  {
    kind: 'traffic_overload', about: 'Far more requests come than the system can carry.', causes: ['overload', 'cpu_saturated'], inside: true, gradual: false,
    plan({ system, random }) {
      const factor = random.between(3.5, 6);
      const full = system.services.filter((service) => service.utilization * factor > 1.1).sort((a, b) => b.utilization - a.utilization);
      if (full.length === 0) return null;
      return { entities: [...full.map(({ id }) => id), 'user'], detail: `×${factor.toFixed(1)}`, from: [...full, ...system.services.filter((service) => !full.includes(service))], apply(_, entryFactors) {
        for (const index of entryFactors.keys()) entryFactors[index] *= factor;
      } };
    },
  },
  {
    kind: 'traffic_lost', about: 'People do not get through to a front door any more: something before it is broken.', causes: ['unknown', 'network', 'down'], inside: false, gradual: false,
    plan({ system, random }) {
      const door = random.pick(system.entries).operation.service;
      const left = random.between(0, 0.1);
      return { entities: ['user', door.id], detail: `${Math.round(left * 100)} % of requests are left`, from: [door], apply(_, entryFactors) {
        system.entries.forEach((entry, index) => {
          if (entry.operation.service === door) entryFactors[index] *= left;
        });
      } };
    },
  },
];
