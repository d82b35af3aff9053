using System.Net;
using OrleansBilling.Client;
using OrleansBilling.Host.Cluster;

namespace OrleansBilling.Host.Settings;

/// <summary>How this process is part of a cluster: names, addresses, who may connect, how the loss of a silo is noticed.</summary>
internal sealed class ClusterSettings
{
    public ClusterSettings(IConfiguration configuration, bool isOneMachine)
    {
        ClusterId = configuration["Cluster:ClusterId"] ?? "billing";
        ServiceId = configuration["Cluster:ServiceId"] ?? "billing";
        Address = configuration.Address("Cluster:Address", IPAddress.Loopback);
        ListenAddress = configuration.Address("Cluster:ListenAddress", Address);
        SiloPort = configuration.Port("Cluster:SiloPort", 11111);
        GatewayPort = configuration.Port("Cluster:GatewayPort", 30000);
        Tls = MutualTls.Read(configuration);
        Allowed = AllowList.Read(configuration);
        ProbeTimeout = configuration.Time("Cluster:ProbeTimeout", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        MissedProbes = configuration.Number("Cluster:MissedProbes", 3, 1, 20);
        Votes = configuration.Number("Cluster:Votes", 2, 1, 10);
        MembersRead = configuration.Time("Cluster:MembersRead", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

        if (Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any))
            throw new SettingException("Cluster:Address", Address.ToString(), "the one address at which the others reach this silo");
        if (!isOneMachine) return;
        foreach (var (name, address) in new[] { ("Cluster:Address", Address), ("Cluster:ListenAddress", ListenAddress) })
            if (!IPAddress.IsLoopback(address))
                throw new SettingException(name, address.ToString(), "a loopback address: a cluster of many machines needs PostgreSQL (Database:ConnectionString)");
    }

    public string ClusterId { get; }

    public string ServiceId { get; }

    /// <summary>Where the others find this silo.</summary>
    public IPAddress Address { get; }

    /// <summary>Where it listens.</summary>
    public IPAddress ListenAddress { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    /// <summary>The certificates of the cluster's connections; null: none, they are in the clear.</summary>
    public ClusterTls? Tls { get; }

    /// <summary>Who may connect to the cluster's ports.</summary>
    public AllowList Allowed { get; }

    /// <summary>How often silos look whether another one is there, and how long they wait for its answer.</summary>
    public TimeSpan ProbeTimeout { get; }

    /// <summary>How many missing answers in a row raise a suspicion.</summary>
    public int MissedProbes { get; }

    /// <summary>How many suspicious silos declare another dead; in a smaller cluster, all the others.</summary>
    public int Votes { get; }

    /// <summary>How often a silo reads who the members are when nobody tells it of a change. One that finds itself dead there ends.</summary>
    public TimeSpan MembersRead { get; }

    /// <summary>Whether anybody who reaches the ports may command the cluster.</summary>
    public bool IsOpen => !IPAddress.IsLoopback(ListenAddress) && Tls is null && Allowed.IsEmpty;
}
