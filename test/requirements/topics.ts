import { accountAndRegion } from './common/account-and-region';
import { destroy } from './common/destroy';
import { ecs } from './common/ecs';
import { outputFiles, testsAndDocuments } from './common/elsewhere';
import { health } from './common/health';
import { iam } from './common/iam';
import { images } from './common/images';
import { logs } from './common/logs';
import { names } from './common/names';
import { network } from './common/network';
import { securityGroups } from './common/security-groups';
import { tags } from './common/tags';
import { tls } from './common/tls';
import { delivery, liveChecks } from './delivery';
import { ecsPayments } from './ecs-payments';
import { environments } from './environments';
import { multiTier } from './multi-tier';
import { endpointsOfBoth, paymentPlatform } from './payment-platform';
import { paymentProcessor } from './payment-processor';
import type { Topic } from './row';
import { services } from './services';

/** The whole table, in the order of the requirements. */
export const topics: Topic[] = [
  names,
  tags,
  accountAndRegion,
  network,
  securityGroups,
  iam,
  tls,
  health,
  logs,
  images,
  ecs,
  destroy,
  outputFiles,
  testsAndDocuments,
  environments,
  services,
  ecsPayments,
  paymentProcessor,
  multiTier,
  paymentPlatform,
  endpointsOfBoth,
  delivery,
  liveChecks,
];
