import DMTensors

/// The element types that arrays of files have.
///
/// Tensors hold six of them; the others are read and written by conversion.
public enum ElementType: Sendable, CaseIterable {
    /// Truth values, a byte each.
    case bool
    /// Unsigned integers of 8 bits.
    case uint8
    /// Signed integers of 8 bits.
    case int8
    /// Unsigned integers of 16 bits.
    case uint16
    /// Signed integers of 16 bits.
    case int16
    /// Unsigned integers of 32 bits.
    case uint32
    /// Signed integers of 32 bits.
    case int32
    /// Unsigned integers of 64 bits.
    case uint64
    /// Signed integers of 64 bits.
    case int64
    /// Half precision: IEEE 754's binary16.
    case float16
    /// The upper half of a single-precision number.
    case bfloat16
    /// Single precision.
    case float32
    /// Double precision.
    case float64

    /// The bytes of one element.
    public var size: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// The type of a tensor's elements.
    init(of scalar: (some TensorScalar).Type) {
        switch scalar {
        case is Float.Type: self = .float32
        case is Double.Type: self = .float64
        case is Int32.Type: self = .int32
        case is Int64.Type: self = .int64
        case is UInt8.Type: self = .uint8
        case is Bool.Type: self = .bool
        default: fatalError("no file holds elements of type \(scalar)")
        }
    }
}

extension Float {
    /// The number that bits of IEEE 754's binary16 stand for; single precision holds all of them.
    init(half bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let magnitude = UInt32(bits & 0x7fff) << 13
        if magnitude >= 0x7c00 << 13 {
            self.init(bitPattern: sign | 0x7f80_0000 | magnitude)
        } else {
            // The exponents of both formats are 112 apart; a product moves subnormal numbers, too.
            self.init(bitPattern: sign | (Float(bitPattern: magnitude) * 0x1p112).bitPattern)
        }
    }

    /// The number whose upper 16 bits are the given ones.
    init(brainHalf bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }

    /// The nearest number of half precision, the even one of two; infinite from 65520 on.
    var half: UInt16 {
        let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
        let magnitude = bitPattern & 0x7fff_ffff
        let smallestNormal: UInt32 = 0x3880_0000
        switch magnitude {
        case ..<smallestNormal:
            // The last digit of numbers from 0.5 on is worth 2^-24, as that of subnormal halves: the sum rounds.
            let sum = Float(bitPattern: magnitude) + 0.5
            return sign | UInt16(truncatingIfNeeded: sum.bitPattern - Float(0.5).bitPattern)
        case ..<Float(65520).bitPattern:
            let rounded = magnitude + 0xfff + (magnitude >> 13 & 1)
            return sign | UInt16(truncatingIfNeeded: (rounded - (112 << 23)) >> 13)
        case ...Float.infinity.bitPattern: return sign | 0x7c00
        default: return sign | 0x7e00 | UInt16(truncatingIfNeeded: magnitude >> 13) & 0x3ff
        }
    }

    /// The upper half of the nearest number that has no other bits, the even one of two.
    var brainHalf: UInt16 {
        if isNaN { return UInt16(truncatingIfNeeded: bitPattern >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bitPattern + 0x7fff + (bitPattern >> 16 & 1)) >> 16)
    }
}
