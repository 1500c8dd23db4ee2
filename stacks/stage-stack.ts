import { CfnOutput, CrossStackReferences, ReferenceStrength, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../declarations/environment';
import { Names } from '../declarations/names';
import type { System } from '../declarations/system';

/** What every stack of a stage knows. */
export interface StageStackProps {
  readonly system: System;
  readonly environment: Environment;
}

/** A stack of a stage: named by rule, tagged, in the environment's account and region. */
export abstract class StageStack extends Stack {
  protected readonly system: System;
  protected readonly settings: Environment;
  protected readonly names: Names;
  /** What happens to what holds data or logs when its stack goes. */
  protected readonly dataRemoval: RemovalPolicy;

  /**
   * @param kind one of the system's stackKinds
   * @param about value of the tag `Service`
   */
  constructor(scope: Construct, kind: string, { system, environment }: StageStackProps, about = system.name) {
    const names = new Names(system, environment);
    const { account, region, retainData } = environment;
    super(scope, kind, {
      stackName: names.stack(kind),
      description: `${kind} of ${system.name}, ${environment.name}`,
      env: { account, region },
      terminationProtection: retainData,
    });
    this.system = system;
    this.settings = environment;
    this.names = names;
    this.dataRemoval = retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    // A value in use by another stack must not vanish under it: exports, whatever the app's default is.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);
    for (const [key, value] of Object.entries({
      ...system.tags,
      Environment: environment.name,
      Team: 'payments',
      CostCenter: 'engineering',
      Service: about,
      Name: this.stackName,
      ManagedBy: 'cdk',
    })) {
      Tags.of(this).add(key, value);
    }
  }

  /** The declared zones: asking AWS would need credentials at synthesis. */
  override get availabilityZones(): string[] {
    return this.settings.zones.map((letter) => `${this.settings.region}${letter}`);
  }

  /** Declares the stack's outputs; each key is the output's own. One that may be absent is left out where it is undefined. */
  protected tell<Outputs extends { [Key in keyof Outputs]?: string }>(outputs: Outputs): void {
    for (const [key, value] of Object.entries<string | undefined>(outputs)) {
      if (value !== undefined) new CfnOutput(this, key, { value });
    }
  }
}
