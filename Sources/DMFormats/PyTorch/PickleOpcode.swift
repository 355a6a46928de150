/// The instructions of pickles that files of weights are made of; all others are refused.
///
/// Names and meanings as in Python's `pickletools`.
enum PickleOpcode: UInt8 {
    // The frame around the instructions.
    case proto = 0x80
    case frame = 0x95
    case stop = 0x2e

    // Plain values.
    case none = 0x4e
    case newTrue = 0x88
    case newFalse = 0x89
    case binInt = 0x4a
    case binInt1 = 0x4b
    case binInt2 = 0x4d
    case long1 = 0x8a
    case binFloat = 0x47
    case binUnicode = 0x58
    case shortBinUnicode = 0x8c
    case binUnicode8 = 0x8d
    case binString = 0x54
    case shortBinString = 0x55

    // The stack and the memo.
    case mark = 0x28
    case pop = 0x30
    case popMark = 0x31
    case dup = 0x32
    case binGet = 0x68
    case longBinGet = 0x6a
    case binPut = 0x71
    case longBinPut = 0x72
    case memoize = 0x94

    // Containers.
    case emptyTuple = 0x29
    case tuple = 0x74
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case emptyList = 0x5d
    case append = 0x61
    case appends = 0x65
    case emptyDict = 0x7d
    case setItem = 0x73
    case setItems = 0x75

    // Objects.
    case global = 0x63
    case stackGlobal = 0x93
    case reduce = 0x52
    case build = 0x62
    case binPersID = 0x51
}
