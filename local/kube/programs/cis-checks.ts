/**
 * What a simulated kube-bench looks at: a selection of the CIS Kubernetes Benchmark by its numbers, in our words, with
 * what usually comes of it on a cluster that nobody hardened further.
 */
export type CheckStatus = 'PASS' | 'FAIL' | 'WARN' | 'INFO';
export type Target = 'master' | 'etcd' | 'controlplane' | 'node' | 'policies';

export interface Check {
  readonly number: string;
  readonly text: string;
  readonly status: CheckStatus;
}

export interface Control {
  readonly id: string;
  readonly target: Target;
  readonly text: string;
  readonly sections: readonly {
    readonly section: string;
    readonly text: string;
    readonly checks: readonly Check[];
  }[];
}

const check = (number: string, status: CheckStatus, text: string): Check => ({ number, status, text });

export const CONTROLS: readonly Control[] = [
  {
    id: '1',
    target: 'master',
    text: 'Control Plane Security Configuration',
    sections: [
      {
        section: '1.1',
        text: 'Control Plane Node Configuration Files',
        checks: [
          check('1.1.1', 'PASS', 'API server pod file is readable by root only'),
          check('1.1.9', 'WARN', 'Network plugin files are readable by root only'),
          check('1.1.12', 'FAIL', 'etcd data directory belongs to etcd'),
          check('1.1.19', 'PASS', 'PKI directory belongs to root'),
        ],
      },
      {
        section: '1.2',
        text: 'API Server',
        checks: [
          check('1.2.1', 'WARN', 'Anonymous requests are off'),
          check('1.2.5', 'FAIL', 'Certificates of kubelets are verified'),
          check('1.2.7', 'PASS', 'Authorization includes Node'),
          check('1.2.15', 'PASS', 'Profiling is off'),
          check('1.2.16', 'PASS', 'Audit log has a path'),
          check('1.2.28', 'PASS', 'Secrets are encrypted at rest'),
        ],
      },
      {
        section: '1.3',
        text: 'Controller Manager',
        checks: [
          check('1.3.2', 'PASS', 'Profiling is off'),
          check('1.3.3', 'PASS', 'Controllers use service accounts of their own'),
          check('1.3.7', 'PASS', 'It listens on this machine only'),
        ],
      },
      {
        section: '1.4',
        text: 'Scheduler',
        checks: [
          check('1.4.1', 'PASS', 'Profiling is off'),
          check('1.4.2', 'PASS', 'It listens on this machine only'),
        ],
      },
    ],
  },
  {
    id: '2',
    target: 'etcd',
    text: 'Etcd Node Configuration',
    sections: [
      {
        section: '2',
        text: 'Etcd Node Configuration',
        checks: [
          check('2.1', 'PASS', 'Clients are served over TLS'),
          check('2.2', 'PASS', 'Clients show certificates'),
          check('2.5', 'PASS', 'Peers show certificates'),
          check('2.7', 'PASS', 'It has an authority of its own'),
        ],
      },
    ],
  },
  {
    id: '3',
    target: 'controlplane',
    text: 'Control Plane Configuration',
    sections: [
      {
        section: '3.1',
        text: 'Authentication and Authorization',
        checks: [check('3.1.1', 'WARN', 'People do not use client certificates')],
      },
      {
        section: '3.2',
        text: 'Logging',
        checks: [
          check('3.2.1', 'PASS', 'There is an audit policy'),
          check('3.2.2', 'WARN', 'The audit policy covers what matters'),
        ],
      },
    ],
  },
  {
    id: '4',
    target: 'node',
    text: 'Worker Node Security Configuration',
    sections: [
      {
        section: '4.1',
        text: 'Worker Node Configuration Files',
        checks: [
          check('4.1.1', 'FAIL', 'Kubelet service file is readable by root only'),
          check('4.1.2', 'PASS', 'Kubelet service file belongs to root'),
          check('4.1.3', 'WARN', 'Proxy kubeconfig is readable by root only'),
          check('4.1.5', 'PASS', 'Kubelet kubeconfig is readable by root only'),
          check('4.1.9', 'PASS', 'Kubelet configuration is readable by root only'),
        ],
      },
      {
        section: '4.2',
        text: 'Kubelet',
        checks: [
          check('4.2.1', 'PASS', 'Anonymous requests are off'),
          check('4.2.2', 'PASS', 'Authorization is not AlwaysAllow'),
          check('4.2.4', 'PASS', 'Read-only port is off'),
          check('4.2.6', 'PASS', 'It keeps the kernel as it needs it'),
          check('4.2.9', 'WARN', 'Event capture is limited as it should be'),
          check('4.2.10', 'WARN', 'Its certificate is one of the authority'),
          check('4.2.12', 'WARN', 'Only strong ciphers are offered'),
        ],
      },
    ],
  },
  {
    id: '5',
    target: 'policies',
    text: 'Kubernetes Policies',
    sections: [
      {
        section: '5.1',
        text: 'RBAC and Service Accounts',
        checks: [
          check('5.1.1', 'WARN', 'cluster-admin is used where it is required only'),
          check('5.1.3', 'WARN', 'Roles use no wildcards'),
          check('5.1.5', 'WARN', 'Default service accounts are not used'),
        ],
      },
      {
        section: '5.2',
        text: 'Pod Security Standards',
        checks: [
          check('5.2.1', 'WARN', 'Some policy is enforced'),
          check('5.2.2', 'WARN', 'Privileged containers are few'),
        ],
      },
      {
        section: '5.3',
        text: 'Network Policies and CNI',
        checks: [check('5.3.2', 'WARN', 'Every namespace has a network policy')],
      },
    ],
  },
];
