using System.Reflection;
using System.Reflection.Emit;

namespace OrleansBilling.Domain.Tests.Support;

/// <summary>Looks into compiled methods, because floating point hides in harmless sources: a <c>TimeSpan</c> times a number is one.</summary>
internal static class Code
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> opCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static readonly HashSet<OpCode> floating =
        [OpCodes.Ldc_R4, OpCodes.Ldc_R8, OpCodes.Conv_R4, OpCodes.Conv_R8, OpCodes.Conv_R_Un, OpCodes.Ldind_R4, OpCodes.Ldind_R8];

    public static IEnumerable<MethodBase> MethodsOf(Assembly assembly) =>
        assembly.GetTypes().SelectMany(type => type.GetMethods(Everything).Concat<MethodBase>(type.GetConstructors(Everything)));

    public static bool ComputesWithFloatingPoint(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) return false;
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            var op = opCodes[value];
            at += op.Size;
            if (floating.Contains(op)) return true;
            if (op.OperandType == OperandType.InlineMethod && Takes(method, BitConverter.ToInt32(code, at))) return true;
            at += OperandSize(op, code, at);
        }
        return false;
    }

    private static bool Takes(MethodBase caller, int token)
    {
        var types = caller.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var called = caller.Module.ResolveMethod(token, types, caller.IsGenericMethod ? caller.GetGenericArguments() : null)!;
        return called.GetParameters().Select(parameter => parameter.ParameterType).Append((called as MethodInfo)?.ReturnType)
            .Any(type => type == typeof(double) || type == typeof(float) || type == typeof(Half));
    }

    private static int OperandSize(OpCode op, byte[] code, int at) => op.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
        _ => 4,
    };
}
